import { expect, it } from 'vitest';
import { gather } from './gather';

it('sends what comes at once in one call, and what comes meanwhile in the next, never more than allowed and nothing twice', async () => {
  const calls: string[][] = [];
  let release = () => {};
  const send = gather<string>(3, async (items) => {
    calls.push(items);
    if (calls.length === 1) await new Promise<void>((resolve) => (release = resolve));
  });
  const first = [send('a'), send('b')];
  await expect.poll(() => calls).toEqual([['a', 'b']]);
  const later = ['c', 'c', 'd', 'e'].map(send);
  release();
  await Promise.all([...first, ...later]);
  expect(calls).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
});

it('tells each caller what became of its own call', async () => {
  const send = gather<string>(1, async ([item]) => {
    if (item === 'bad') throw new Error('no');
  });
  expect((await Promise.allSettled([send('good'), send('bad'), send('good')])).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});
