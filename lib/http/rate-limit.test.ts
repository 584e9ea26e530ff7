import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeTestRuntime, type TestRuntime } from '@/test/support/test-runtime';
import { deleteExpiredRates, forgetRate, limitRate } from './rate-limit';

let rt: TestRuntime;
beforeAll(async () => void (rt = await makeTestRuntime()));
afterAll(() => rt.close());

const tries = async (key: string, calls: number, perMinute: number) => {
  const results = await Promise.allSettled(Array.from({ length: calls }, () => limitRate(rt, key, perMinute)));
  return results.filter((r) => r.status === 'fulfilled').length;
};

test('exactly the limit passes, again in the next window, and a flood never grows the count', async () => {
  expect(await tries('a', 40, 7)).toBe(7);
  expect((await rt.db.rateWindow.findUniqueOrThrow({ where: { key: 'a' } })).count).toBe(8);
  rt.clock.advance(59_999);
  expect(await tries('a', 3, 7)).toBe(0);
  rt.clock.advance(1);
  expect(await tries('a', 40, 7)).toBe(7);
});

test('a limit of zero lets nothing through', async () => expect(await tries('zero', 3, 0)).toBe(0));

test('keys are counted apart and can be forgotten', async () => {
  expect(await tries('b', 3, 1)).toBe(1);
  expect(await tries('c', 3, 1)).toBe(1);
  await forgetRate(rt, 'b');
  expect(await tries('b', 3, 1)).toBe(1);
});

test('housekeeping removes windows that are over and no others', async () => {
  await limitRate(rt, 'old', 1);
  rt.clock.advance(30_000);
  await limitRate(rt, 'young', 1);
  rt.clock.advance(30_000);
  await deleteExpiredRates(rt);
  expect((await rt.db.rateWindow.findMany()).map((row) => row.key)).toEqual(['young']);
});
