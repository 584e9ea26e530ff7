import { parseOptions } from '@node-rs/argon2';
import { expect, test } from 'vitest';
import { DUMMY_HASH, hashPassword, inTurn, verifyPassword } from './password';

test('a hash fits its password only', async () => {
  const stored = await hashPassword('päss wörd');
  expect(await verifyPassword(stored, 'päss wörd'.normalize('NFD'))).toBe(true);
  expect(await verifyPassword(stored, 'pass word')).toBe(false);
});

test('the dummy costs exactly what a stored hash costs, and no password fits it', async () => {
  expect(parseOptions(DUMMY_HASH)).toEqual(parseOptions(await hashPassword('anything')));
  expect(await verifyPassword(null, 'x'.repeat(20))).toBe(false);
});

test('the dummy is of use: an unknown e-mail takes as long as a known one', async () => {
  const stored = await hashPassword('anything');
  const time = async (hash: string | null) => {
    const runs: number[] = [];
    for (let i = 0; i < 7; i++) {
      const start = performance.now();
      await verifyPassword(hash, 'wrong');
      runs.push(performance.now() - start);
    }
    return Math.min(...runs);
  };
  await time(null);
  const ratio = (await time(null)) / (await time(stored));
  expect(ratio).toBeGreaterThan(1 / 3);
  expect(ratio).toBeLessThan(3);
});

test('at most two hashes run at once, in order; a flood is refused instead of queued without end', async () => {
  let running = 0;
  let most = 0;
  const order: number[] = [];
  const doors: Array<() => void> = [];
  const all = Array.from({ length: 200 }, (_, i) =>
    inTurn(async () => {
      most = Math.max(most, ++running);
      await new Promise<void>((open) => doors.push(open));
      running -= 1;
      order.push(i);
    }),
  );
  const settled = Promise.allSettled(all);
  for (let done = false; !done; ) {
    doors.shift()?.();
    done = await Promise.race([settled.then(() => true), new Promise<false>((next) => setImmediate(() => next(false)))]);
  }
  const results = await settled;
  expect(most).toBe(2);
  expect(order).toEqual([...order].sort((a, b) => a - b));
  const refused = results.filter((r) => r.status === 'rejected');
  expect(refused).toHaveLength(200 - 2 - 128);
  expect(refused[0]).toMatchObject({ reason: { code: 'rate_limited' } });
});

test('a hash that fails gives its place back', async () => {
  for (let i = 0; i < 5; i++) await expect(inTurn(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await inTurn(async () => 1)).toBe(1);
});

test('hashing leaves the event loop free', async () => {
  let ticks = 0;
  const timer = setInterval(() => (ticks += 1), 1);
  await Promise.all([1, 2, 3, 4].map(() => hashPassword('anything')));
  clearInterval(timer);
  expect(ticks).toBeGreaterThan(5);
});
