import { LRUCache } from 'lru-cache';
import type { Body } from '../http/reply';
import { type ObjectRange, type Storage, StorageError } from './storage';

/** One read of the store. A media player's range lies in one or two of them. */
const BLOCK_BYTES = 256 * 1024;
/** What a process keeps of its hot objects. */
const KEPT_BYTES = 64 * 1024 * 1024;

/**
 * Reads objects in blocks and keeps the hot ones in memory. Objects never change, so a block is right for ever. Whatever
 * an object's size, a reader holds a block at a time.
 */
export interface BlockCache {
  /** Bytes `start`..`end` of an object of `size` bytes; at once when they are at hand. @throws ObjectMissing */
  read(key: string, size: number, range?: ObjectRange): Body | Promise<Body>;
  /** A small object whole. @throws ObjectMissing */
  readAll(key: string): Uint8Array | Promise<Uint8Array>;
}

export function blockCache(storage: Storage): BlockCache {
  const kept = new LRUCache<string, Uint8Array>({ maxSize: KEPT_BYTES, maxEntrySize: KEPT_BYTES / 8, sizeCalculation: (bytes) => bytes.byteLength || 1 });
  const coming = new Map<string, Promise<Uint8Array>>();

  /** What many ask for at once is read once. */
  function get(name: string, load: () => Promise<Uint8Array>): Uint8Array | Promise<Uint8Array> {
    const found = kept.get(name) ?? coming.get(name);
    if (found) return found;
    const loading = load()
      .then((bytes) => (kept.set(name, bytes), bytes))
      .finally(() => coming.delete(name));
    coming.set(name, loading);
    return loading;
  }

  const block = (key: string, index: number, size: number) =>
    get(`${key}#${index}`, async () => {
      const start = index * BLOCK_BYTES;
      return collect(await storage.read(key, { start, end: Math.min(start + BLOCK_BYTES, size) - 1 }));
    });

  return {
    read(key, size, { start, end } = { start: 0, end: size - 1 }) {
      let at = start;
      const part = (bytes: Uint8Array): Uint8Array => {
        const offset = at % BLOCK_BYTES;
        const found = bytes.subarray(offset, Math.min(BLOCK_BYTES, offset + end + 1 - at));
        if (found.byteLength === 0) throw new StorageError(`${key} ends before byte ${at} of ${size}`);
        at += found.byteLength;
        return found;
      };
      const read = (): Uint8Array | Promise<Uint8Array> => {
        const bytes = block(key, Math.floor(at / BLOCK_BYTES), size);
        return bytes instanceof Uint8Array ? part(bytes) : bytes.then(part);
      };
      const body = (first: Uint8Array): Body => (at > end ? { first } : { first, next: () => (at > end ? null : read()) });
      if (size === 0) return { first: new Uint8Array() };
      const first = read();
      return first instanceof Uint8Array ? body(first) : first.then(body);
    },
    readAll: (key) => get(key, () => storage.readAll(key)),
  };
}

async function collect(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream as unknown as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
