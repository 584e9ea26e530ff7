/** What every store can do. Keys are `/`-separated names of [A-Za-z0-9._-]; objects are never overwritten. */
export interface Storage {
  /** Writes a whole object, visible only when complete. Writing the same key again with the same bytes is harmless. */
  put(key: string, body: Uint8Array, contentType: string): Promise<void>;
  /** Size in bytes, or null when there is no such object. */
  size(key: string): Promise<number | null>;
  /** Bytes `start`..`end` (both included); the whole object without a range. @throws ObjectMissing */
  read(key: string, range?: { start: number; end: number }): Promise<ReadableStream<Uint8Array>>;
  readAll(key: string): Promise<Uint8Array>;
  /** Deleting what is not there is fine. */
  delete(key: string): Promise<void>;
}

export class ObjectMissing extends Error {
  override name = 'ObjectMissing';
  constructor(readonly key: string) {
    super(`no object ${key}`);
  }
}

const KEY = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;

/** Refuses a key that could leave the store's folder. */
export function checkKey(key: string): string {
  if (key.length > 512 || !KEY.test(key)) throw new Error(`unsafe object key ${JSON.stringify(key)}`);
  return key;
}
