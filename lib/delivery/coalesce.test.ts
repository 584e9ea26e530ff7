import { expect, it } from 'vitest';
import { coalesce } from './coalesce';

const soon = (ms = 5) => new Promise((resolve) => setTimeout(resolve, ms));

it('work for one key is done once for all who ask meanwhile, and anew afterwards', async () => {
  let runs = 0;
  const work = async () => (await soon(), ++runs);
  expect(await Promise.all([coalesce('a', work), coalesce('a', work), coalesce('b', work)])).toEqual([1, 1, 2]);
  expect(await coalesce('a', work)).toBe(3);
});

it('a failure reaches all who wait and is not remembered', async () => {
  const fails = () => coalesce('c', async () => Promise.reject(new Error('no')));
  expect(await Promise.allSettled([fails(), fails()])).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
  expect(await coalesce('c', async () => 'fine')).toBe('fine');
});
