import { randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import path from 'node:path';

interface Owner {
  pid: number;
  token: string;
  /** When the owner's process started, where the system tells; a reused pid then does not count as alive. */
  started: string | null;
}

/** Told to whoever starts the server, without a stack. */
export class FolderInUse extends Error {
  override name = 'FolderInUse';
}

/**
 * Makes this process the only owner of a folder. PGlite takes no lock of its own, and a second process silently loses
 * rows. A lock left by a process that is no longer there is taken over.
 * @returns a function that gives the folder back. @throws FolderInUse
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'owner.lock');
  const self: Owner = { pid: process.pid, token: randomUUID(), started: startedAt(process.pid) };
  for (let tries = 0; tries < 5; tries += 1) {
    if (tryWrite(file, self)) {
      // Two processes may find the same dead owner, and the slower one then removes the faster one's lock.
      if (tries > 0) pause(TAKEOVER_SETTLE_MS);
      if (readOwner(file)?.token === self.token) return () => release(file, self);
      continue;
    }
    const owner = readOwner(file);
    if (owner && isAlive(owner)) {
      throw new FolderInUse(
        `${folder} is in use by process ${owner.pid}. One process owns an embedded database: stop that one, ` +
          `choose another DATA_DIR, or set DATABASE_URL to share a PostgreSQL server.`,
      );
    }
    remove(file);
  }
  throw new Error(`could not lock ${folder}`);
}

const TAKEOVER_SETTLE_MS = 100;

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function tryWrite(file: string, owner: Owner): boolean {
  let handle: number;
  try {
    handle = openSync(file, 'wx');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  writeSync(handle, JSON.stringify(owner));
  closeSync(handle);
  return true;
}

function readOwner(file: string): Owner | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Owner;
  } catch {
    return null;
  }
}

function isAlive(owner: Owner): boolean {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return owner.started === null || owner.started === startedAt(owner.pid);
}

/**
 * When a process began, in clock ticks since boot: field 22 of Linux's /proc/PID/stat (proc(5)). Null elsewhere, and for
 * one that has ended and only waits for its parent to notice.
 */
function startedAt(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

function release(file: string, self: Owner): void {
  if (readOwner(file)?.token === self.token) remove(file);
}

function remove(file: string): void {
  try {
    unlinkSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
