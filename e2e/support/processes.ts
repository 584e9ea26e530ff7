import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

export const findOnPath = (name: string) => (process.env.PATH ?? '').split(path.delimiter).some((folder) => existsSync(path.join(folder, name)));

/** `npm run admin`, against the server of that data folder. @returns what it printed */
export async function admin(dataDir: string, ...command: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['scripts/admin.mjs', ...command], { env: { ...process.env, DATA_DIR: dataDir } });
  return stdout;
}

const START_MS = 60_000;

/** A server of our own, as `node server.mjs` runs it. */
export class Server {
  readonly url: string;
  readonly dataDir: string;
  #child: ChildProcess | null = null;
  #output = '';

  constructor({ port, dataDir }: { port: number; dataDir: string }) {
    this.url = `http://127.0.0.1:${port}`;
    this.dataDir = dataDir;
  }

  /** Starts it and waits until it listens. @throws with its output when it does not */
  async start(): Promise<void> {
    const { port } = new URL(this.url);
    const env: NodeJS.ProcessEnv = { ...process.env, NODE_ENV: 'production', HOST: '127.0.0.1', PORT: port, PUBLIC_URL: this.url, DATA_DIR: this.dataDir, LOG_LEVEL: 'warn' };
    const child = spawn(process.execPath, ['server.mjs'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    this.#output = '';
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`the server did not start:\n${this.#output}`)), START_MS);
      const listen = (chunk: string) => {
        this.#output += chunk;
        if (!this.#output.includes('is listening')) return;
        clearTimeout(timer);
        resolve();
      };
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', listen);
      child.once('exit', (code) => {
        clearTimeout(timer);
        reject(new Error(`the server ended with ${code}:\n${this.#output}`));
      });
    });
  }

  /** What it has printed since its last start. */
  get output(): string {
    return this.#output;
  }

  /** Ends it and waits until it is gone. */
  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await gone;
  }
}
