import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStorage } from './open-storage';
import { refusal, startOddStore } from './testing/odd-store';
import { testBucket } from './testing/stores';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(path.join(os.tmpdir(), 'motioness-open-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the store of the environment', () => {
  it('is files below DATA_DIR, cleared of what a crash left', async () => {
    const parts = path.join(folder, 'objects/.parts');
    await mkdir(parts, { recursive: true });
    await writeFile(path.join(parts, 'left'), 'half');
    await utimes(path.join(parts, 'left'), new Date(0), new Date(0));
    const { storage, close } = await openStorage({ s3: null, DATA_DIR: folder });
    await storage.put('a/b.txt', Buffer.from('x'), 'text/plain');
    expect((await readdir(path.join(folder, 'objects'), { recursive: true })).sort()).toEqual(['.parts', 'a', 'a/b.txt']);
    close();
  });

  it('that cannot be used stops the start with the name of the variable', async () => {
    const odd = await startOddStore();
    odd.will((_, res) => refusal(res, 404, 'NoSuchBucket'));
    const s3 = { endpoint: odd.url, bucket: 'clips', region: 'auto', accessKeyId: 'a', secretAccessKey: 'b' };
    await expect(openStorage({ s3, DATA_DIR: folder })).rejects.toMatchObject({
      name: 'EnvError',
      message: 'The environment is not right:\n  S3_BUCKET: there is no bucket clips (the store says 404 NoSuchBucket)',
    });
    odd.will((_, res) => refusal(res, 500, 'InternalError'));
    await expect(openStorage({ s3, DATA_DIR: folder })).rejects.toThrow('  S3_BUCKET: the store failed (500 InternalError)');
    await expect.poll(odd.open).toBe(0);
    await odd.close();
  });
});

const bucket = testBucket();
if (bucket) describe('a real store', () => {
  it.each([
    ['S3_SECRET_ACCESS_KEY', { secretAccessKey: 'wrong' }],
    ['S3_ACCESS_KEY_ID', { accessKeyId: 'NOBODY' }],
    ['S3_BUCKET', { bucket: 'not-there' }],
    ['S3_ENDPOINT', { endpoint: 'http://127.0.0.1:9' }],
  ])('that refuses stops the start for %s', async (variable, wrong) => {
    await expect(openStorage({ s3: { ...bucket, ...wrong }, DATA_DIR: folder })).rejects.toThrow(new RegExp(`^The environment is not right:\\n  ${variable}: `));
  });

  it('is opened with what is right', async () => {
    const { storage, close } = await openStorage({ s3: bucket, DATA_DIR: folder });
    expect(await storage.size('test/never-written')).toBeNull();
    close();
  });
});
