import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** Where files are written before they get their name. No key starts with a dot, so none is in here. */
const PARTS = '.parts';
/** No write takes that long: what is older was left by a crash. Younger ones may be another process's. */
const PART_LIFE_MS = 60 * 60_000;

export const hasCode = (error: unknown, ...codes: string[]): boolean => codes.includes((error as NodeJS.ErrnoException).code ?? '');

/**
 * Writes a file that is whole and on the disk when it gets its name, and gives it the name only if it is free.
 * @param options `mode` of the file (0o666 without the umask's bits); `makeLink` for tests
 * @returns false when there is such a file already; it stays as it is.
 */
export async function createDurably(root: string, file: string, body: Uint8Array, { mode = 0o666, makeLink = link } = {}): Promise<boolean> {
  const parts = path.join(root, PARTS);
  const folder = path.dirname(file);
  const made = [await mkdir(parts, { recursive: true }), await mkdir(folder, { recursive: true })];
  const aside = path.join(parts, randomBytes(12).toString('hex'));
  try {
    const handle = await open(aside, 'wx', mode);
    try {
      await handle.writeFile(body);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (!(await giveName(aside, file, makeLink))) return false;
  } finally {
    await rm(aside, { force: true });
  }
  // A name outlives a power cut when its folder is synced, and a new folder when the one above it is.
  const tops = made.flatMap((first) => (first ? [path.dirname(first)] : []));
  for (const each of foldersBetween(folder, tops.find((top) => folder.startsWith(top)) ?? folder)) await syncFolder(each);
  return true;
}

/** A link takes a name only if it is free, in one step and whoever else tries. */
async function giveName(aside: string, file: string, makeLink: typeof link): Promise<boolean> {
  try {
    await makeLink(aside, file);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    // Some file systems have no links (exFAT, some mounts into virtual machines): look, then rename. A tie of two writers goes to the last.
    if (!hasCode(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS')) throw error;
    if (await exists(file)) return false;
    await rename(aside, file);
    return true;
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}

function foldersBetween(folder: string, top: string): string[] {
  return folder === top ? [folder] : [folder, ...foldersBetween(path.dirname(folder), top)];
}

async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders; its file systems keep names in a journal.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

/** Removes what writers that were killed left behind. @returns how many files that was */
export async function clearParts(root: string, nowMs: number): Promise<number> {
  const parts = path.join(root, PARTS);
  const names = await readdir(parts).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  });
  let removed = 0;
  for (const name of names) {
    const file = path.join(parts, name);
    const at = await stat(file).catch(() => null);
    if (!at || nowMs - at.mtimeMs < PART_LIFE_MS) continue;
    await rm(file, { force: true });
    removed += 1;
  }
  return removed;
}
