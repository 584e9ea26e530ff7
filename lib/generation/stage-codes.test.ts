import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { makePipeline, type Account, type Pipeline } from '@/test/support/pipeline';
import { testMedia, testMotion, testPrompts } from '@/test/support/test-providers';
import { animate, mergeStages, storeClip, takeSource, writePrompt } from './stages';
import { type StartedGeneration, startGeneration } from './start-generation';
import { workKey } from './work-keys';

let p: Pipeline;
let owner: Account;
let run: StartedGeneration;
beforeAll(async () => {
  p = await makePipeline();
  owner = await p.account('team');
});
afterAll(() => p.close());
beforeEach(async () => {
  const assetId = await p.asset(owner, { mode: 'loop', idem: String(Math.random()) });
  const { id } = await p.rt.db.generation.findFirstOrThrow({ where: { assetId } });
  run = (await startGeneration(p.rt, { id, assetId }))!;
  for (const name of ['source', 'stage1', 'stage2', 'merge'] as const) await p.rt.storage.put(workKey(id, name), Buffer.from(name), 'video/mp4');
});
afterEach(() => {
  vi.useRealTimers();
  Object.assign(p.rt, { media: testMedia, motion: testMotion, prompts: testPrompts });
});

/** Each stage, and how to make its own work do something else. */
const stages = {
  source: { call: () => takeSource(p.rt, run, 1), become: (work: () => Promise<never>) => void (p.rt.media = { ...testMedia, poster: work }) },
  vision: { call: () => writePrompt(p.rt, run, 1), become: (work: () => Promise<never>) => void (p.rt.prompts = { describe: work }) },
  stage1: { call: () => animate(p.rt, run, { stage: 'stage1', prompt: 'x', attempt: 1 }), become: (work: () => Promise<never>) => void (p.rt.motion = { ...testMotion, animate: work }) },
  stage2: { call: () => animate(p.rt, run, { stage: 'stage2', prompt: 'x', attempt: 1 }), become: (work: () => Promise<never>) => void (p.rt.motion = { ...testMotion, animate: work }) },
  merge: { call: () => mergeStages(p.rt, run, 1), become: (work: () => Promise<never>) => void (p.rt.motion = { ...testMotion, merge: work }) },
  r2_write: {
    call: () => storeClip(p.rt, run, { key: workKey(run.id, 'merge'), loopMode: 'native', blurDataUrl: 'data:,' }, 1),
    become: (work: () => Promise<never>) => void (p.rt.media = { ...testMedia, finish: work }),
  },
} as const;

describe('a stage that fails unexpectedly', () => {
  it.each([
    ['source', 'source_unfetchable'], ['vision', 'vision_timeout'], ['stage1', 'i2v_failed'], ['stage2', 'i2v_failed'], ['merge', 'merge_failed'], ['r2_write', 'r2_write_failed'],
  ] as const)('%s is tried again as %s, and keeps the reason to the log', async (name, code) => {
    stages[name].become(() => Promise.reject(new TypeError('the inner reason')));
    await expect(stages[name].call()).rejects.toMatchObject({ name: 'PipelineError', code, transient: true, message: 'the stage failed unexpectedly' });
  });
});

describe('a stage that is not done in time', () => {
  it.each([
    ['source', 30, 'source_unfetchable'], ['vision', 30, 'vision_timeout'], ['stage1', 300, 'i2v_timeout'], ['stage2', 300, 'i2v_timeout'], ['merge', 60, 'merge_failed'], ['r2_write', 60, 'r2_write_failed'],
  ] as const)('%s is over after %i s, for good, as %s', async (name, seconds, code) => {
    let begun = () => {};
    const working = new Promise<void>((resolve) => (begun = resolve));
    stages[name].become(() => {
      begun();
      return new Promise<never>(() => {});
    });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const ended = stages[name].call().catch((error: unknown) => error);
    await working;
    await vi.advanceTimersByTimeAsync(seconds * 1000);
    expect(await ended).toMatchObject({ name: 'PipelineError', code, transient: false, message: `not done within ${seconds} s` });
    vi.useRealTimers();
    const told = await p.rt.db.assetEvent.findFirst({ where: { generationId: run.id, type: { endsWith: '_failed' } } });
    if (name !== 'source' && name !== 'r2_write') expect(told).toMatchObject({ errorCode: code, attempt: 1 });
  });
});
