import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Body } from '../http/reply';
import { blockCache } from './block-cache';
import { isObjectMissing, ObjectMissing, type ObjectRange, type Storage } from './storage';

const BLOCK = 256 * 1024;
const objects = new Map<string, Buffer>();
let reads: Array<[string, ObjectRange?]>;
const storage = {
  async read(key: string, range: ObjectRange) {
    reads.push([key, range]);
    const bytes = objects.get(key);
    if (!bytes) throw new ObjectMissing(key);
    const part = bytes.subarray(range.start, range.end + 1);
    return new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < part.length; at += 100_000) controller.enqueue(part.subarray(at, at + 100_000));
        controller.close();
      },
    });
  },
} as Partial<Storage> as Storage;

async function all(body: Body | Promise<Body>): Promise<Buffer> {
  const { first, next } = await body;
  const parts = [first];
  for (let part = await next?.(); part; part = await next!()) parts.push(part);
  return Buffer.concat(parts);
}

beforeEach(() => {
  objects.clear();
  reads = [];
});

describe('objects read in blocks', () => {
  const size = 3 * BLOCK + 7;
  it.each([
    [0, 0], [0, size - 1], [5, BLOCK - 1], [BLOCK - 1, BLOCK], [BLOCK, 2 * BLOCK - 1], [BLOCK + 1, 3 * BLOCK + 1], [size - 1, size - 1], [3 * BLOCK, size - 1],
  ])('give bytes %i to %i, from the store and from memory', async (start, end) => {
    const bytes = randomBytes(size);
    objects.set('a', bytes);
    const cache = blockCache(storage);
    for (let i = 0; i < 2; i++) expect((await all(cache.read('a', size, { start, end }))).equals(bytes.subarray(start, end + 1))).toBe(true);
    expect(reads.length).toBe(Math.floor(end / BLOCK) - Math.floor(start / BLOCK) + 1);
  });

  it('are at hand without waiting once they are hot', async () => {
    objects.set('a', randomBytes(10));
    const cache = blockCache(storage);
    await all(cache.read('a', 10));
    expect(cache.read('a', 10)).not.toBeInstanceOf(Promise);
  });

  it('are read once for many who ask at once', async () => {
    objects.set('a', randomBytes(size));
    const cache = blockCache(storage);
    await Promise.all(Array.from({ length: 20 }, () => all(cache.read('a', size))));
    expect(reads.length).toBe(4);
  });

  it('that are missing say so, and are looked for again', async () => {
    const cache = blockCache(storage);
    await expect(all(cache.read('a', 10))).rejects.toSatisfy(isObjectMissing);
    objects.set('a', randomBytes(10));
    expect((await all(cache.read('a', 10))).length).toBe(10);
  });

  it('that are shorter than they should be are an error, not a loop', async () => {
    objects.set('a', randomBytes(BLOCK));
    await expect(all(blockCache(storage).read('a', BLOCK + 1))).rejects.toThrow('ends before byte');
  });

  it('are not kept for ever: memory is bounded, whatever is asked for', async () => {
    objects.set('a', randomBytes(BLOCK));
    const cache = blockCache(storage);
    await all(cache.read('a', BLOCK));
    for (let i = 0; i < 256; i++) {
      objects.set(`b${i}`, objects.get('a')!);
      await all(cache.read(`b${i}`, BLOCK));
    }
    reads = [];
    await all(cache.read('a', BLOCK));
    expect(reads).toEqual([['a', { start: 0, end: BLOCK - 1 }]]);
  });

  it('of no bytes are no bytes', async () => {
    expect(await all(blockCache(storage).read('a', 0))).toHaveLength(0);
  });
});
