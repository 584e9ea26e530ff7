import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cancelGeneration } from '@/lib/assets/cancel-generation';
import { makePipeline, type Account, type Pipeline } from '@/test/support/pipeline';
import { testMedia, testMotion, testPrompts } from '@/test/support/test-providers';
import { GRACE_MS } from './finalize-generation';
import { PipelineError } from './pipeline-error';
import { workKeys } from './work-keys';

let p: Pipeline;
let owner: Account;
beforeAll(async () => void (p = await makePipeline()));
afterAll(() => p.close());
beforeEach(async () => {
  owner = await p.account('team');
  Object.assign(p.rt, { media: testMedia, motion: testMotion, prompts: testPrompts });
});

type Act = () => Promise<void>;

/** What happens in the middle of each stage. */
const during: Record<string, (act: Act) => void> = {
  source: (act) => void (p.rt.media = { ...testMedia, poster: async (...args) => (await act(), testMedia.poster(...args)) }),
  vision: (act) => void (p.rt.prompts = { describe: async (...args) => (await act(), testPrompts.describe(...args)) }),
  stage1: (act) => void (p.rt.motion = { ...testMotion, animate: async (request, options) => (request.segment === 'forward' && (await act()), testMotion.animate(request, options)) }),
  stage2: (act) => void (p.rt.motion = { ...testMotion, animate: async (request, options) => (request.segment === 'back' && (await act()), testMotion.animate(request, options)) }),
  merge: (act) => void (p.rt.motion = { ...testMotion, merge: async (...args) => (await act(), testMotion.merge(...args)) }),
  r2_write: (act) => void (p.rt.media = { ...testMedia, finish: async (...args) => (await act(), testMedia.finish(...args)) }),
};
const stages = Object.keys(during);

const newest = (assetId: string) => p.rt.db.generation.findFirstOrThrow({ where: { assetId }, orderBy: { number: 'desc' } });
const typesOf = async (assetId: string) => (await p.rt.db.assetEvent.findMany({ where: { assetId }, orderBy: { seq: 'asc' } })).map(({ type }) => type);
const leftovers = async (generationId: string) => (await Promise.all(workKeys(generationId).map((key) => p.rt.storage.size(key)))).filter((size) => size !== null);

describe.each(stages)('in the middle of %s', (stage) => {
  it('a cancel ends the run: refunded once, nothing left behind, nothing told after it', async () => {
    const id = await p.asset(owner, { mode: 'loop' });
    during[stage]!(async () => void (await cancelGeneration(p.rt, id)));
    await p.settle();
    p.rt.clock.advance(GRACE_MS);
    await p.settle();
    const generation = await newest(id);
    expect(generation).toMatchObject({ status: 'cancelled', charge: 'refunded', clipKey: null });
    expect((await typesOf(id)).at(-1)).toBe('cancelled');
    expect(await leftovers(generation.id)).toEqual([]);
    expect(await p.rt.db.monthlyUsage.findFirst({ where: { userId: owner.id } })).toMatchObject({ used: 0, charged: 1, refunded: 1 });
    expect(await p.rt.storage.size(`assets/${id}/${generation.id}.mp4`)).toBeNull();
  });

  it('a transient failure is tried three times, each told with its attempt', async () => {
    let calls = 0;
    const id = await p.asset(owner, { mode: 'loop' });
    during[stage]!(async () => {
      calls += 1;
      if (calls < 3) throw new PipelineError('i2v_failed', 'not now', true);
    });
    await p.settle();
    for (const seconds of [1, 4]) {
      p.rt.clock.advance(seconds * 1000);
      await p.settle();
    }
    expect(calls).toBe(3);
    expect(await newest(id)).toMatchObject({ status: 'succeeded', charge: 'charged' });
    const retries = await p.rt.db.assetEvent.findMany({ where: { assetId: id, type: 'retry_scheduled' }, orderBy: { seq: 'asc' } });
    expect(retries.map(({ attempt, errorCode }) => [attempt, errorCode])).toEqual([[1, 'i2v_failed'], [2, 'i2v_failed']]);
  });

  it('a failure for good ends the run with its code and gives the unit back', async () => {
    const id = await p.asset(owner, { mode: 'loop' });
    during[stage]!(() => Promise.reject(new PipelineError('i2v_failed', 'never')));
    await p.settle();
    p.rt.clock.advance(GRACE_MS);
    await p.settle();
    const generation = await newest(id);
    expect(generation).toMatchObject({ status: 'failed', errorCode: 'i2v_failed', errorMsg: 'never', charge: 'refunded' });
    expect(await leftovers(generation.id)).toEqual([]);
    expect((await typesOf(id)).filter((type) => ['ready', 'failed', 'cancelled'].includes(type))).toEqual(['failed']);
  });
});
