import { expect, it } from 'vitest';
import { makeGate } from './gate';

/** Calls that end when they are told to, and who has begun. */
function callers(gate: ReturnType<typeof makeGate>) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const call = (name: string, key = name[0]!) => gate(key, () => new Promise<void>((resolve) => (begun.push(name), ends.set(name, resolve))));
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return { begun, call, turn, end: async (name: string) => (ends.get(name)!(), turn()) };
}

it('a gate never lets more through than it has places, and all in the end', async () => {
  const gate = makeGate(3);
  let inside = 0;
  let most = 0;
  const done = await Promise.allSettled(
    Array.from({ length: 20 }, (_, i) =>
      gate(`key ${i % 2}`, async () => {
        most = Math.max(most, ++inside);
        await new Promise((resolve) => setImmediate(resolve));
        inside--;
        if (i % 4 === 0) throw new Error('no');
      }),
    ),
  );
  expect([most, done.length, inside, done.filter(({ status }) => status === 'rejected').length]).toEqual([3, 20, 0, 5]);
});

it('who has all its places waits for itself, and nobody else for it', async () => {
  const { begun, call, turn, end } = callers(makeGate(4, 2));
  const all = ['a1', 'a2', 'a3', 'a4', 'b1', 'c1', 'd1'].map((name) => call(name));
  await turn();
  expect(begun).toEqual(['a1', 'a2', 'b1', 'c1']);
  await end('a2');
  expect(begun.slice(4)).toEqual(['a3']);
  await end('b1');
  expect(begun.slice(5)).toEqual(['d1']); // not a4: two of a are inside
  for (const name of ['a1', 'c1', 'd1', 'a3', 'a4']) await end(name);
  await Promise.all(all);
});

it('those who wait take turns by key, in order within one', async () => {
  const { begun, call, turn, end } = callers(makeGate(1));
  const all = ['x1', 'a1', 'a2', 'a3', 'b1', 'b2'].map((name) => call(name));
  await turn();
  for (const name of ['x1', 'a1', 'b1', 'a2', 'b2', 'a3']) await end(name);
  await Promise.all(all);
  expect(begun).toEqual(['x1', 'a1', 'b1', 'a2', 'b2', 'a3']);
});
