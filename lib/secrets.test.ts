import { mkdtemp, readdir, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readSecrets } from './secrets';

let folder: string;
beforeEach(async () => void (folder = path.join(await mkdtemp(path.join(os.tmpdir(), 'motioness-test-')), 'data')));

describe('the secrets of a server', () => {
  it('are made once, also by many who start at the same time', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => readSecrets(folder)));
    expect(new Set(all.map((secrets) => JSON.stringify(secrets))).size).toBe(1);
    expect(await readSecrets(folder)).toEqual(all[0]);
  });

  it('are for their owner alone, and leave nothing else behind', async () => {
    await readSecrets(folder);
    expect((await stat(path.join(folder, 'secrets.json'))).mode & 0o777).toBe(0o600);
    expect(await readdir(path.join(folder, '.parts'))).toEqual([]);
  });

  it('that cannot be read are an error that says what to do', async () => {
    await readSecrets(folder);
    for (const text of ['', '{"session":', '[]', 'null']) {
      await writeFile(path.join(folder, 'secrets.json'), text);
      await expect(readSecrets(folder)).rejects.toThrow(/secrets\.json is damaged/);
    }
  });
});
