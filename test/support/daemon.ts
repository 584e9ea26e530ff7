import { type ChildProcess, spawn } from 'node:child_process';
import net from 'node:net';
import { once } from 'node:events';

export interface Daemon {
  /** Everything it has written so far. */
  output(): string;
  stop(): Promise<void>;
}

const START_MS = 20_000;
const STOP_MS = 5_000;
const LOOK_MS = 20;

/** Starts a server program in the foreground and resolves when its port of 127.0.0.1 is open. Ended by its own pid. */
export async function startDaemon(program: string, args: string[], { port, env = {} }: { port: number; env?: Record<string, string> }): Promise<Daemon> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => void (output += text));
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  const daemon = { output: () => output, stop: () => stop(child) };
  try {
    await Promise.race([failed, opens(port, child)]);
    return daemon;
  } catch (error) {
    await daemon.stop();
    throw new Error(`${program} did not start: ${output.slice(-2000)}`, { cause: error });
  }
}

async function opens(port: number, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_MS;
  while (!(await isOpen(port))) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('it ended');
    if (Date.now() > deadline) throw new Error(`its port is not open after ${START_MS / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await gone;
  clearTimeout(force);
}
