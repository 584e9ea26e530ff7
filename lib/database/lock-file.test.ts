import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFolder } from './lock-file';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(path.join(os.tmpdir(), 'motioness-lock-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the owner of a folder', () => {
  it('keeps a second owner out, and says who has it and what to do', () => {
    const unlock = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(new RegExp(`in use by process ${process.pid}.*DATA_DIR.*DATABASE_URL`, 's'));
    unlock();
    lockFolder(folder)();
  });

  it('is replaced when its process is gone', () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    writeFileSync(path.join(folder, 'owner.lock'), JSON.stringify({ pid, token: 'x', started: '1' }));
    lockFolder(folder)();
  });

  it('is replaced when its pid now belongs to another process', () => {
    writeFileSync(path.join(folder, 'owner.lock'), JSON.stringify({ pid: process.pid, token: 'x', started: 'long ago' }));
    lockFolder(folder)();
  });

  it('is replaced when its file was cut off while being written', () => {
    writeFileSync(path.join(folder, 'owner.lock'), '{"pid":');
    lockFolder(folder)();
  });
});
