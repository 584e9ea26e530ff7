import { createHash } from 'node:crypto';
import { expect, test } from '@playwright/test';
import { makeAsset, signUp, untilGeneration } from './support/account';

test('regenerate replaces the clip behind the same URL', async ({ request }) => {
  await signUp(request);
  const { id, embedUrl } = await makeAsset(request);
  const before = await request.get(embedUrl);

  const answer = await request.post(`/api/assets/${id}/regenerate`);
  expect(answer.status()).toBe(200);
  expect(await answer.json()).toMatchObject({ asset_id: id, status: 'pending', generation: 2, quota: { used: 2, limit: 5 } });

  await untilGeneration(request, embedUrl, 2);
  const after = await request.get(embedUrl);
  expect(await after.body()).not.toEqual(await before.body());
  expect(after.headers()['etag']).not.toBe(before.headers()['etag']);
  expect((await after.body()).subarray(4, 8).toString('latin1')).toBe('ftyp');
});

test('the old clip answers every request while a regenerate runs', async ({ request }) => {
  await signUp(request);
  const { id, embedUrl } = await makeAsset(request, { width: 640, height: 360 });
  expect((await request.post(`/api/assets/${id}/regenerate`, { data: { motion: 'kinetic' } })).status()).toBe(200);

  const bytes = new Map<string, string>();
  const served: string[] = [];
  for (let probe = 0; probe < 5_000 && served.at(-1) !== '2'; probe += 1) {
    const answer = await request.get(embedUrl);
    expect(answer.status()).toBe(200);
    const body = await answer.body();
    expect(body.byteLength).toBe(Number(answer.headers()['content-length']));
    const generation = answer.headers()['x-motioness-generation']!;
    const digest = createHash('sha256').update(body).digest('hex');
    expect(bytes.get(generation) ?? digest).toBe(digest);
    bytes.set(generation, digest);
    served.push(generation);
  }
  expect(served.at(-1)).toBe('2');
  expect(served.filter((generation) => generation === '1').length).toBeGreaterThan(10);
  expect(served).toEqual([...served].sort());
});

test('the month of the Free plan is five generations, then a 429 in the contract’s words', async ({ request }) => {
  await signUp(request);
  const { id, embedUrl } = await makeAsset(request);
  const call = () => request.post(`/api/assets/${id}/regenerate`);
  for (let generation = 2; generation <= 5; generation += 1) expect((await call()).status()).toBe(200);
  const refused = await call();
  expect(refused.status()).toBe(429);
  expect(await refused.json()).toMatchObject({ error: 'monthly generation limit reached', code: 'quota_exceeded' });
  await untilGeneration(request, embedUrl, 5);
});

test('a stranger’s asset and one that is not there look the same', async ({ request, playwright, baseURL }) => {
  await signUp(request);
  const { id } = await makeAsset(request);
  const stranger = await playwright.request.newContext({ baseURL });
  expect((await stranger.post(`/api/assets/${id}/regenerate`)).status()).toBe(401);
  await signUp(stranger);
  const answers = await Promise.all([id, '0123456789abcdef'].map((asset) => stranger.post(`/api/assets/${asset}/regenerate`)));
  for (const answer of answers) {
    expect(answer.status()).toBe(404);
    expect(await answer.json()).toMatchObject({ error: 'not found' });
  }
  await stranger.dispose();
});
