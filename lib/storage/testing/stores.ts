import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileStorage } from '../files';
import { s3Storage, type S3Settings } from '../s3';
import type { Storage } from '../storage';

export interface TestStore {
  storage: Storage;
  /** A name no other test uses. */
  key(): string;
  close(): Promise<void>;
}

/** The bucket that TEST_S3_* names (test/radosgw); null where there is none. @throws when half of it is named */
export function testBucket(): S3Settings | null {
  const [endpoint, bucket, accessKeyId, secretAccessKey] = ['ENDPOINT', 'BUCKET', 'ACCESS_KEY_ID', 'SECRET_ACCESS_KEY'].map((name) => process.env[`TEST_S3_${name}`]);
  if (endpoint && bucket && accessKeyId && secretAccessKey) return { endpoint, bucket, accessKeyId, secretAccessKey, region: 'auto' };
  if (endpoint || bucket || accessKeyId || secretAccessKey) throw new Error('TEST_S3_* are only of use together');
  return null;
}

const key = () => `test/${randomBytes(8).toString('hex')}.bin`;

async function openFiles(): Promise<TestStore> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'motioness-files-'));
  return { storage: fileStorage(folder), key, close: () => rm(folder, { recursive: true, force: true }) };
}

async function openS3(settings: S3Settings): Promise<TestStore> {
  const storage = s3Storage(settings);
  return { storage, key, close: async () => storage.close() };
}

const bucket = testBucket();

/** Every store there is on this machine: files always, S3 where TEST_S3_* are set. */
export const stores: Array<[name: string, open: () => Promise<TestStore>]> = [['files', openFiles]];
if (bucket) stores.push(['S3', () => openS3(bucket)]);
