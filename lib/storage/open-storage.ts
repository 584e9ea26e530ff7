import path from 'node:path';
import { unusable } from '../env';
import { clearParts } from './durable-file';
import { fileStorage } from './files';
import type { S3Settings } from './s3';
import { type Storage, StorageError } from './storage';

export interface OpenStorage {
  storage: Storage;
  close(): void;
}

/** The store that the environment names. @throws EnvError when it cannot be used */
export async function openStorage({ s3, DATA_DIR }: { s3: S3Settings | null; DATA_DIR: string }): Promise<OpenStorage> {
  if (!s3) {
    const root = path.join(DATA_DIR, 'objects');
    await clearParts(root, Date.now());
    return { storage: fileStorage(root), close: () => {} };
  }
  // The SDK takes a while to load, and most do without.
  const { s3Storage } = await import('./s3');
  const storage = s3Storage(s3);
  await storage.check().catch((error: unknown) => {
    storage.close();
    throw error instanceof StorageError ? unusable(error.variable ?? 'S3_BUCKET', error.text) : error;
  });
  return { storage, close: () => storage.close() };
}
