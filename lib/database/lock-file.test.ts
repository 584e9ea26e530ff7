import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

  it.runIf(process.platform === 'linux')('is replaced when its process was killed and nobody has noticed yet', async () => {
    // The shell's child ends; the shell, replaced by sleep, never collects it.
    const parent = spawn('sh', ['-c', 'sleep 0.01 & echo $!; read started </dev/null; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const pid = Number(String(await new Promise((resolve) => parent.stdout.once('data', resolve))));
    const stat = () => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    const started = stat()[19]!;
    await expect.poll(() => stat()[0]).toBe('Z');
    writeFileSync(path.join(folder, 'owner.lock'), JSON.stringify({ pid, token: 'x', started }));
    lockFolder(folder)();
    parent.kill();
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
