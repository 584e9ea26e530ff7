import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

export interface Origin {
  port: number;
  path: string;
  etag: string;
  /** The clip on the disk. */
  file: string;
  /** Resident memory, MiB. */
  memory(): Promise<number>;
  stop(): Promise<void>;
}

export const CLIP_BYTES = 2 * 1024 * 1024;

/** Starts one of the ways of bench/delivery/origin.ts in a process and a folder of its own. */
export async function startOrigin(way: 'fast' | 'next' | 'file' | 'buffer', bytes = CLIP_BYTES): Promise<Origin> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'motioness-bench-'));
  const env = { ...process.env, NODE_ENV: 'production', DATA_DIR: folder, LOG_LEVEL: 'error', DATABASE_URL: '' } as NodeJS.ProcessEnv;
  const child = spawn(process.execPath, ['--import', 'tsx', 'bench/delivery/origin.ts', way, String(bytes)], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const told = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const line = /^\{.*\}$/m.exec(text);
      if (line) resolve(line[0]);
    });
    child.once('exit', (code) => reject(new Error(`${way} ended with ${code}`)));
  });
  return {
    ...(JSON.parse(told) as Pick<Origin, 'port' | 'path' | 'etag' | 'file'>),
    memory: async () => Number(/VmRSS:\s*(\d+)/.exec(await readFile(`/proc/${child.pid}/status`, 'utf8'))![1]) / 1024,
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
