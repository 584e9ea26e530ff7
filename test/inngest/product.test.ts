import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { signBody } from '@/inngest/engine/json';
import { cancelGeneration } from '@/lib/assets/cancel-generation';
import { regenerate } from '@/lib/assets/regenerate-handler';
import { generationNudgedEvent } from '@/lib/generation/pipeline-events';
import { PipelineError } from '@/lib/generation/pipeline-error';
import { call } from '../support/call';
import type { Account } from '../support/pipeline';
import { testMotion } from '../support/test-providers';
import { makeProductWorld, type ProductWorld } from './product-world';
import { SIGNING_KEY } from './worlds';

// The whole product but for its pages and pictures, run by the stand-in for an Inngest server.
let p: ProductWorld;
let owner: Account;
beforeAll(async () => {
  p = await makeProductWorld();
  await vi.waitUntil(() => p.server.standIn.executor.apps.size > 0, { timeout: 20_000 });
});
afterAll(() => p.close());
beforeEach(async () => {
  owner = await p.account('team');
  p.rt.motion = testMotion;
});

const newest = (assetId: string) => p.rt.db.generation.findFirstOrThrow({ where: { assetId }, orderBy: { number: 'desc' } });
const usage = () => p.rt.db.monthlyUsage.findFirst({ where: { userId: owner.id } });

/** A model elsewhere, which has the clip at the second look. */
function slowMotion(): { looks: number } {
  const seen = { looks: 0 };
  p.rt.motion = { ...testMotion, animate: async (request, options) => (++seen.looks === 1 ? { waitMs: 30_000 } : testMotion.animate(request, options)) };
  return seen;
}

describe('with INNGEST_* set, the server runs the pipeline', () => {
  it('registers itself at the start, under its public address', () => {
    expect([...p.server.standIn.executor.apps.values()]).toMatchObject([{ appName: 'motioness', url: `${p.appUrl}/api/inngest` }]);
  });

  it('brings a regenerate through to a new clip behind the same asset', async () => {
    const id = await p.asset(owner);
    await p.settle();
    const first = await newest(id);
    await call(regenerate, { method: 'POST', params: { id }, cookie: owner.cookie, body: { motion: 'kinetic' } });
    await p.settle();
    const second = await newest(id);
    expect([first.status, second.status, second.number, second.charge]).toEqual(['succeeded', 'succeeded', 2, 'charged']);
    expect(await p.rt.db.asset.findUnique({ where: { id } })).toMatchObject({ status: 'ready', currentGenerationId: second.id });
    const runs = await p.server.standIn.executor.db.engineRun.findMany({ where: { functionId: 'motioness-generate' } });
    expect(runs.filter((run) => run.event.includes(second.id)).map((run) => run.status)).toEqual(['completed']);
  });

  it('gives the unit of a cancelled run back, once', async () => {
    const id = await p.asset(owner);
    p.rt.motion = { ...testMotion, animate: async (...args) => (await cancelGeneration(p.rt, id), testMotion.animate(...args)) };
    await p.settle();
    await p.settle();
    expect(await newest(id)).toMatchObject({ status: 'cancelled', charge: 'refunded' });
    expect(await usage()).toMatchObject({ used: 0, charged: 1, refunded: 1 });
  });

  it('gives the unit of a failed run back, once, by the function’s onFailure', async () => {
    const id = await p.asset(owner);
    p.rt.motion = { ...testMotion, animate: () => Promise.reject(new PipelineError('i2v_failed', 'the model refused')) };
    await p.settle();
    expect(await newest(id)).toMatchObject({ status: 'failed', errorCode: 'i2v_failed', errorMsg: 'the model refused', charge: 'refunded' });
    expect(await usage()).toMatchObject({ used: 0, charged: 1, refunded: 1 });
  });

  it('tries a transient failure again when the pipeline says', async () => {
    let calls = 0;
    const id = await p.asset(owner);
    p.rt.motion = {
      ...testMotion,
      animate: (...args) => (++calls < 3 ? Promise.reject(new PipelineError('i2v_failed', 'not now', true)) : testMotion.animate(...args)),
    };
    for (const seconds of [0, 1, 4]) {
      p.rt.clock.advance(seconds * 1000);
      await p.settle();
    }
    expect([calls, (await newest(id)).status]).toEqual([3, 'succeeded']);
  });

  it('sleeps while a model elsewhere works, and is woken by a nudge', async () => {
    const seen = slowMotion();
    const id = await p.asset(owner);
    await p.settle();
    expect([seen.looks, (await newest(id)).status]).toEqual([1, 'running']);
    await p.rt.sendEvents([generationNudgedEvent({ generationId: (await newest(id)).id, reason: 'test' })]);
    await p.settle();
    expect([seen.looks, (await newest(id)).status]).toEqual([2, 'succeeded']);
  });

  it('looks by itself when no nudge comes', async () => {
    const seen = slowMotion();
    const id = await p.asset(owner);
    await p.settle();
    p.rt.clock.advance(30_000);
    await p.settle();
    expect([seen.looks, (await newest(id)).status]).toEqual([2, 'succeeded']);
  });

  it('a cancel while it sleeps refunds once and lets the run end', async () => {
    slowMotion();
    const id = await p.asset(owner);
    await p.settle();
    await cancelGeneration(p.rt, id);
    await p.settle();
    p.rt.clock.advance(30_000);
    await p.settle();
    expect(await newest(id)).toMatchObject({ status: 'cancelled', charge: 'refunded' });
    expect(await usage()).toMatchObject({ used: 0, charged: 1, refunded: 1 });
    expect(await p.server.standIn.executor.db.engineRun.count({ where: { status: { in: ['queued', 'running'] } } })).toBe(0);
  });
});

describe('/api/inngest', () => {
  const body = '{"ctx":{"attempt":0,"run_id":"r","stack":{"current":0,"stack":[]}},"event":{"data":{},"name":"asset/generation.requested"},"events":[],"steps":{},"version":2}';
  const post = (headers: Record<string, string>) => fetch(`${p.appUrl}/api/inngest?fnId=motioness-generate&stepId=step`, { method: 'POST', body, headers });

  it('runs nothing for a call that is unsigned, signed with another key, or old', async () => {
    const signed = (key: string, atMs = Date.now()) => post({ 'x-inngest-signature': signBody(body, key, atMs) });
    const refused = await Promise.all([post({}), signed('signkey-prod-ffff'), signed(SIGNING_KEY, Date.now() - 360_000)]);
    expect(refused.map(({ status }) => status)).toEqual([401, 401, 401]);
    expect((await signed(SIGNING_KEY)).status).not.toBe(401);
  });

  it('tells nothing about itself to an unsigned GET, and no functions to an unsigned in-band sync', async () => {
    expect((await fetch(`${p.appUrl}/api/inngest`)).status).toBe(401);
    const sync = await fetch(`${p.appUrl}/api/inngest`, { method: 'PUT', body: '{"url":"http://elsewhere.test"}', headers: { 'x-inngest-sync-kind': 'in_band' } });
    expect(sync.status).toBe(401);
  });

  it('registers its own address, whatever name a PUT calls it by', async () => {
    const { port } = new URL(p.appUrl);
    expect((await fetch(`http://localhost:${port}/api/inngest`, { method: 'PUT' })).status).toBe(200);
    expect((await p.server.standIn.askToSync(`http://localhost:${port}/api/inngest`)).status).toBe(200);
    expect([...p.server.standIn.executor.apps.values()].map(({ url }) => url)).toEqual([`${p.appUrl}/api/inngest`]);
  });
});
