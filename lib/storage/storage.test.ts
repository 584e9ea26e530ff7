import { randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ObjectMissing } from './storage';
import { stores, type TestStore } from './testing/stores';

const collect = async (stream: ReadableStream<Uint8Array>) => Buffer.from(await new Response(stream).arrayBuffer());
const MB = 1024 * 1024;

setFlagsFromString('--expose_gc');
const collectGarbage = runInNewContext('gc') as () => void;
/** Bytes in buffers that somebody still holds. */
const held = () => (collectGarbage(), process.memoryUsage().arrayBuffers);

// What each store must do. Run against files here, and against a real S3 server in the step s3.
describe.each(stores)('%s', (_, open) => {
  let store: TestStore;
  beforeAll(async () => void (store = await open()));
  afterAll(() => store.close());
  const put = async (body: Uint8Array, key = store.key()) => {
    expect(await store.storage.put(key, body, 'application/octet-stream')).toBe(true);
    return key;
  };

  it.each([0, 1, 70_000, 3 * MB])('gives back the %i bytes it got', async (size) => {
    const body = randomBytes(size);
    const key = await put(body);
    expect(await store.storage.size(key)).toBe(size);
    expect(body.equals(await store.storage.readAll(key))).toBe(true);
    expect(body.equals(await collect(await store.storage.read(key)))).toBe(true);
  });

  it('keeps a part of a larger buffer as that part', async () => {
    const large = Buffer.from('before the part, and after');
    const key = await put(new Uint8Array(large.buffer, large.byteOffset + 7, 8));
    expect(Buffer.from(await store.storage.readAll(key)).toString()).toBe('the part');
  });

  it('gives any range exactly', async () => {
    const body = randomBytes(200_000);
    const key = await put(body);
    const range = fc.tuple(fc.nat(body.length - 1), fc.nat(body.length - 1)).map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) }));
    const edges = [{ start: 0, end: 0 }, { start: body.length - 1, end: body.length - 1 }, { start: 0, end: body.length - 1 }, { start: 65_535, end: 65_536 }];
    await fc.assert(
      fc.asyncProperty(range, async (r) => {
        expect(body.subarray(r.start, r.end + 1).equals(await collect(await store.storage.read(key, r)))).toBe(true);
      }),
      { numRuns: 40, examples: edges.map((edge) => [edge]) },
    );
  });

  it.each([[5, 10], [10, 12], [3, 2], [-1, 2], [0.5, 2], [0, Infinity]])('refuses the range %d-%d of 10 bytes', async (start, end) => {
    const key = await put(randomBytes(10));
    await expect(store.storage.read(key, { start, end })).rejects.toThrow();
  });

  it('says which object is missing', async () => {
    const key = store.key();
    expect(await store.storage.size(key)).toBeNull();
    await expect(store.storage.read(key)).rejects.toThrow(ObjectMissing);
    await expect(store.storage.read(key, { start: 0, end: 1 })).rejects.toThrow(ObjectMissing);
    await expect(store.storage.readAll(key)).rejects.toThrow(`no object ${key}`);
    await put(Buffer.from('x'), `${key}/below`);
    expect(await store.storage.size(key)).toBeNull();
    await expect(store.storage.readAll(key)).rejects.toThrow(ObjectMissing);
    await expect(store.storage.read(key)).rejects.toThrow(ObjectMissing);
    await store.storage.delete(key);
    expect(await store.storage.size(`${key}/below`)).toBe(1);
  });

  it('deletes once and for all, and what is not there as well', async () => {
    const key = await put(Buffer.from('x'));
    await Promise.all([store.storage.delete(key), store.storage.delete(key)]);
    await store.storage.delete(key);
    expect(await store.storage.size(key)).toBeNull();
    await put(Buffer.from('y'), key);
    expect(Buffer.from(await store.storage.readAll(key)).toString()).toBe('y');
  });

  it('takes the same object twice, and another of its name never', async () => {
    const key = await put(Buffer.from('the first'));
    await put(Buffer.from('the first'), key);
    for (const other of ['the other', 'longer than the first', '']) {
      expect(await store.storage.put(key, Buffer.from(other), 'text/plain')).toBe(false);
    }
    expect(Buffer.from(await store.storage.readAll(key)).toString()).toBe('the first');
  });

  it('has one winner of ten that write different bytes at once, and every loser knows', async () => {
    for (let round = 0; round < 5; round += 1) {
      const key = store.key();
      const bodies = Array.from({ length: 10 }, () => randomBytes(100_000));
      const won = await Promise.all(bodies.map((body) => store.storage.put(key, body, 'application/octet-stream')));
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(bodies[won.indexOf(true)]!.equals(await store.storage.readAll(key))).toBe(true);
    }
  });

  it('lets ten writers of the same bytes all succeed', async () => {
    const key = store.key();
    const body = randomBytes(300_000);
    await Promise.all(Array.from({ length: 10 }, () => put(body, key)));
  });

  it('shows an object whole or not at all', async () => {
    const key = store.key();
    const body = randomBytes(4 * MB);
    let written = false;
    const writing = put(body, key).finally(() => (written = true));
    const sizes = new Set<number | null>();
    do sizes.add(await store.storage.size(key));
    while (!written);
    await writing;
    sizes.delete(null);
    expect([...sizes].filter((size) => size !== body.length)).toEqual([]);
  });

  it('goes on reading an object that is deleted meanwhile, or says that it broke off', async () => {
    const body = randomBytes(8 * MB);
    const key = await put(body);
    const stream = await store.storage.read(key);
    await store.storage.delete(key);
    const read = await collect(stream).catch(() => null);
    if (read) expect(body.equals(read)).toBe(true);
  });

  it('reads no further than its reader: who stops after a first part of 64 MB costs little memory', async () => {
    const body = Buffer.alloc(64 * MB, 7);
    const key = await put(body);
    const before = held();
    const reader = (await store.storage.read(key)).getReader();
    let read = (await reader.read()).value!.byteLength;
    // Time enough for all of it to come, if nobody held it back.
    for (let i = 0; i < 300; i += 1) await store.storage.size(key);
    expect(held() - before).toBeLessThan(8 * MB);
    for (let part = await reader.read(); !part.done; part = await reader.read()) read += part.value.byteLength;
    expect(read).toBe(body.length);
  });

  it('lets readers leave in the middle, before the first byte and after the last', async () => {
    const key = await put(randomBytes(8 * MB));
    for (const chunks of [0, 1, 5]) {
      await Promise.all(
        Array.from({ length: 20 }, async () => {
          const reader = (await store.storage.read(key)).getReader();
          for (let i = 0; i < chunks; i += 1) expect((await reader.read()).done).toBe(false);
          await reader.cancel();
        }),
      );
    }
    expect(await store.storage.size(key)).toBe(8 * MB);
  });

  it.each(['', '/', 'a/', '/a', 'a//b', '.', '..', '../a', 'a/../b', 'a/./b', '.hidden', 'a/.parts', 'a\\b', 'a\0b', 'a\nb', 'a b', 'ä', 'a%2fb', 'C:a', 'a?b', 'a'.repeat(513)])(
    'refuses the name %j for everything',
    async (key) => {
      const { storage } = store;
      await expect((async () => storage.put(key, Buffer.from('x'), 'text/plain'))()).rejects.toThrow('unsafe object key');
      await expect((async () => storage.size(key))()).rejects.toThrow('unsafe object key');
      await expect((async () => storage.read(key))()).rejects.toThrow('unsafe object key');
      await expect((async () => storage.readAll(key))()).rejects.toThrow('unsafe object key');
      await expect((async () => storage.delete(key))()).rejects.toThrow('unsafe object key');
    },
  );

  it('finds a hundred objects among each other', async () => {
    const keys = await Promise.all(Array.from({ length: 100 }, (_, i) => put(Buffer.from(`object ${i}`))));
    const read = await Promise.all(keys.map(async (key) => Buffer.from(await store.storage.readAll(key)).toString()));
    expect(read).toEqual(keys.map((_, i) => `object ${i}`));
  });
});
