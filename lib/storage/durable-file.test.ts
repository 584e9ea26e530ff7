import { access, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clearParts, createDurably } from './durable-file';

let root: string;
beforeEach(async () => void (root = await mkdtemp(path.join(os.tmpdir(), 'motioness-durable-'))));
afterEach(() => rm(root, { recursive: true, force: true }));

const parts = () => readdir(path.join(root, '.parts'));
const bytes = (text: string) => Buffer.from(text);
/** A file system without links, as exFAT. */
const noLink = async () => {
  throw Object.assign(new Error('operation not permitted'), { code: 'EPERM' });
};

describe.each([['with links', undefined], ['without links', noLink]])('on a file system %s', (_, link) => {
  it('a file appears whole below new folders, and leaves nothing beside it', async () => {
    const file = path.join(root, 'a/b/c.bin');
    expect(await createDurably(root, file, bytes('one'), { makeLink: link })).toBe(true);
    expect(await readFile(file, 'utf8')).toBe('one');
    expect([await parts(), await readdir(path.dirname(file))]).toEqual([[], ['c.bin']]);
  });

  it('a file that is there stays as it is', async () => {
    const file = path.join(root, 'a.bin');
    await createDurably(root, file, bytes('one'), { makeLink: link });
    expect(await createDurably(root, file, bytes('two'), { makeLink: link })).toBe(false);
    expect([await readFile(file, 'utf8'), await parts()]).toEqual(['one', []]);
  });

  it('a write that fails leaves neither a file nor a part of one', async () => {
    await writeFile(path.join(root, 'file'), '');
    await expect(createDurably(root, path.join(root, 'file/below'), bytes('one'), { makeLink: link })).rejects.toThrow(/ENOTDIR|EEXIST/);
    await mkdir(path.join(root, 'a.bin'));
    expect(await createDurably(root, path.join(root, 'a.bin'), bytes('one'), { makeLink: link })).toBe(false);
    expect(await parts()).toEqual([]);
  });
});

it('an error of the disk is told, not taken for a missing feature', async () => {
  const full = async () => {
    throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
  };
  const file = path.join(root, 'a.bin');
  await expect(createDurably(root, file, bytes('one'), { makeLink: full })).rejects.toThrow('no space left');
  await expect(access(file)).rejects.toThrow('ENOENT');
  expect(await parts()).toEqual([]);
});

it('what killed writers left is removed, what is being written is not', async () => {
  expect(await clearParts(root, Date.now())).toBe(0);
  await mkdir(path.join(root, '.parts'));
  for (const name of ['old', 'young']) await writeFile(path.join(root, '.parts', name), 'half of a cl');
  const twoHoursAgo = new Date(Date.now() - 2 * 3_600_000);
  await utimes(path.join(root, '.parts/old'), twoHoursAgo, twoHoursAgo);
  expect(await clearParts(root, Date.now())).toBe(1);
  expect(await parts()).toEqual(['young']);
});
