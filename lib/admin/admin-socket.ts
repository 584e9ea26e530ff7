import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Runtime } from '../runtime';
import { CommandError, runCommand } from './commands';

/** The kernel's limit is 104 to 108 bytes, by system. */
const MAX_SOCKET_PATH = 100;
const MAX_LINE = 4_096;

/** Where the server of a data folder listens for its operator. */
export function adminSocketPath(folder: string): string {
  const name = `motioness-${createHash('sha256').update(path.resolve(folder)).digest('hex').slice(0, 16)}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  const file = path.join(folder, 'admin.sock');
  return Buffer.byteLength(file) <= MAX_SOCKET_PATH ? file : path.join(os.tmpdir(), `${name}.sock`);
}

export type AdminAnswer = { lines: string[] } | { error: string };

/**
 * Listens for commands of the account this server runs under: one JSON line `{ "command": [...] }` in, one answer out.
 * An embedded database has one owner, so whoever wants to change something while it runs has to ask that owner.
 */
export async function startAdminSocket(rt: Pick<Runtime, 'db' | 'clock' | 'env' | 'log'>): Promise<{ close(): Promise<void> }> {
  const file = adminSocketPath(rt.env.DATA_DIR);
  const open = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket)).on('error', () => {});
    const lines = createInterface({ input: socket, crlfDelay: Infinity });
    lines.on('error', () => {});
    lines.once('line', (line) => void answer(rt, line).then((it) => socket.end(`${JSON.stringify(it)}\n`)));
    socket.on('data', () => socket.bytesRead > MAX_LINE && socket.destroy());
  });
  // Several processes may share a folder when the database is elsewhere; one of them answers.
  if (await isAnswered(file)) return { close: async () => {} };
  if (process.platform !== 'win32') rmSync(file, { force: true });
  try {
    await listenPrivately(server, file);
  } catch (error) {
    rt.log.warn({ err: error, file }, 'the admin socket could not be opened; `npm run admin` will not reach this server');
  }
  return {
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function answer(rt: Pick<Runtime, 'db' | 'clock' | 'log'>, line: string): Promise<AdminAnswer> {
  try {
    const { command } = JSON.parse(line) as { command: unknown };
    if (!Array.isArray(command) || !command.every((word) => typeof word === 'string')) throw new CommandError('not a command');
    return { lines: await runCommand(rt, command) };
  } catch (error) {
    if (error instanceof CommandError) return { error: error.message };
    rt.log.error({ err: error }, 'an admin command failed');
    return { error: 'the command failed; the log of the server says why' };
  }
}

/** The mask is set while the socket's file appears, so that there is no moment in which others may connect. */
function listenPrivately(server: net.Server, file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const mask = process.umask(0o177);
    server.once('listening', resolve).once('error', reject).listen(file);
    process.umask(mask);
  });
}

function isAnswered(file: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(file, () => resolve(true) ?? socket.destroy());
    socket.on('error', () => resolve(false));
  });
}

/** Asks the running server. @returns null when none listens. */
export function askServer(folder: string, command: string[]): Promise<AdminAnswer | null> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = net.connect(adminSocketPath(folder), () => socket.write(`${JSON.stringify({ command })}\n`));
    socket.setEncoding('utf8').on('data', (chunk) => (text += chunk));
    socket.on('end', () => (text ? resolve(JSON.parse(text) as AdminAnswer) : reject(new Error('the server closed the connection'))));
    socket.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' || error.code === 'ECONNREFUSED' ? resolve(null) : reject(error)));
  });
}
