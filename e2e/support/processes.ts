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

/** A test that runs out of time is ended without its `finally`: no server outlives it. */
const children = new Set<ChildProcess>();
process.once('exit', () => children.forEach((child) => child.kill('SIGKILL')));

interface Options {
  port: number;
  dataDir: string;
  /** What viewers would call; its own address when not given. */
  publicUrl?: string;
  env?: Record<string, string>;
}

/** A server of our own, as `node server.mjs` runs it. */
export class Server {
  readonly url: string;
  readonly dataDir: string;
  readonly #options: Options;
  #child: ChildProcess | null = null;
  /** What each of its processes has printed, in order of their starts. */
  readonly outputs: string[] = [];
  #up = false;

  constructor(options: Options) {
    this.url = `http://127.0.0.1:${options.port}`;
    this.dataDir = options.dataDir;
    this.#options = options;
  }

  /** Starts it and waits until it listens. @throws with its output when it does not */
  async start(): Promise<void> {
    const { port, dataDir, publicUrl = this.url, env: more } = this.#options;
    const own = { NODE_ENV: 'production', HOST: '127.0.0.1', PORT: String(port), PUBLIC_URL: publicUrl, DATA_DIR: dataDir, LOG_LEVEL: 'warn' };
    const env = { ...process.env, ...own, ...more } as NodeJS.ProcessEnv;
    const child = spawn(process.execPath, ['server.mjs'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    children.add(child);
    child.once('exit', () => children.delete(child));
    const life = this.outputs.push('') - 1;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`the server did not start:\n${this.outputs[life]}`)), START_MS);
      const listen = (chunk: string) => {
        this.outputs[life] += chunk;
        if (this.#up || this.#child !== child || !this.outputs[life]!.includes('is listening')) return;
        this.#up = true;
        clearTimeout(timer);
        resolve();
      };
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', listen);
      child.once('exit', (code) => {
        clearTimeout(timer);
        if (this.#child === child) this.#up = false;
        reject(new Error(`the server ended with ${code}:\n${this.outputs[life]}`));
      });
    });
  }

  /** Whether it listens, and nobody has told it to end. */
  get up(): boolean {
    return this.#up;
  }

  /** How often it was started: two moments with the same number saw the same process. */
  get lives(): number {
    return this.outputs.length;
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** Ends it and waits until it is gone. */
  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = null;
    this.#up = false;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await gone;
  }
}
