import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cancelGeneration } from '@/lib/assets/cancel-generation';
import { deleteAsset } from '@/lib/assets/delete-asset';
import { keepHouse } from '@/lib/housekeeping';
import { behaviours } from '@/test/replicate/behaviours';
import { makeReplicateWorld, type ReplicateWorld } from '@/test/support/replicate-world';
import { localMedia } from '../local/local-media';
import type { Media } from '../media';
import { SETTLE_MS } from './find-lost';
import { models, visionModel } from './models';

const CREATE = { method: 'POST', path: /\/predictions$/ };
const { pro, free } = models;

let w: ReplicateWorld;
let before: { predictions: number; media: Media };
beforeAll(async () => void (w = await makeReplicateWorld()));
afterAll(() => w.close());
beforeEach(async () => {
  await w.afresh();
  before = { predictions: w.standIn.count(), media: w.rt.media };
});
afterEach(() => void (w.rt.media = before.media));

const generation = (assetId: string, number = 1) => w.rt.db.generation.findFirstOrThrow({ where: { assetId, number } });
const made = (model: string) => w.standIn.predictions().slice(before.predictions).filter((one) => one.model.name === model);
/** Time goes on in small steps, so that retries, looks and lost answers all have their turn. */
async function passSlowly(seconds: number) {
  for (let second = 0; second < seconds; second += 1) await w.pass(1_000);
}

describe('a generation by a hosted model', () => {
  it('sleeps until the webhook comes, and costs one prediction', async () => {
    w.standIn.always(pro.slug, behaviours.succeed(20_000));
    const id = await w.asset(w.owner);
    await w.settle();
    expect(await generation(id)).toMatchObject({ status: 'running', stage: 'single', model: 'seedance' });
    await w.pass(20_000);
    expect(await generation(id)).toMatchObject({ status: 'succeeded' });
    expect(made(pro.slug)).toHaveLength(1);
    expect(await w.events(id)).toEqual(['queued', 'vision_started', 'vision_completed', 'stage_started single', 'stage_completed single', 'r2_write_completed', 'ready']);
    expect(w.standIn.requests().filter(({ path }) => path.endsWith(`/predictions/${made(pro.slug)[0]!.id}`))).toHaveLength(1);
  });

  it('tells how long the stage took, from its beginning over every sleep', async () => {
    w.standIn.always(pro.slug, behaviours.succeed(20_000));
    const id = await w.asset(w.owner);
    await w.settle();
    await w.pass(20_000);
    expect(await w.rt.db.assetEvent.findFirst({ where: { assetId: id, type: 'stage_completed' } })).toMatchObject({ latencyMs: 20_000 });
    expect((await generation(id)).timings).toMatchObject({ single: 20_000 });
  });

  it('looks by itself when the webhook is lost', async () => {
    w.standIn.always(pro.slug, { afterMs: 20_000, webhooks: { lose: true } });
    const id = await w.asset(w.owner);
    await w.settle();
    await passSlowly(32);
    expect(await generation(id)).toMatchObject({ status: 'succeeded' });
    expect(made(pro.slug)).toHaveLength(1);
  });

  it('is not disturbed by webhooks that are repeated, late, or come in the wrong order', async () => {
    w.standIn.always(pro.slug, { afterMs: 5_000, webhooks: { copies: 3, delayMs: { start: 9_000 } } });
    const id = await w.asset(w.owner);
    await w.settle();
    await passSlowly(20);
    expect(await generation(id)).toMatchObject({ status: 'succeeded' });
    expect((await w.events(id)).filter((event) => event === 'ready')).toHaveLength(1);
    expect(made(pro.slug)).toHaveLength(1);
  });

  it('runs a loop in two predictions, the second from the last picture of the first back to the source', async () => {
    const id = await w.asset(w.owner, { mode: 'loop' });
    await w.settle();
    await passSlowly(5);
    expect(await generation(id)).toMatchObject({ status: 'succeeded', loopMode: 'native', charge: 'charged' });
    const [forward, back] = made(pro.slug);
    expect(made(pro.slug)).toHaveLength(2);
    expect(forward!.input.last_frame_image).toBeUndefined();
    expect(back!.input.last_frame_image).toBeTypeOf('string');
    const { used } = await w.rt.db.monthlyUsage.findFirstOrThrow({ where: { userId: w.owner.id } });
    expect(used).toBe(1);
  });

  it('crossfades the loop of a model that can not end on a given picture', async () => {
    const owner = await w.account('free');
    const id = await w.asset(owner, { mode: 'loop' });
    await w.settle();
    await passSlowly(5);
    expect(await generation(id)).toMatchObject({ status: 'succeeded', loopMode: 'crossfade', model: 'wan-fast' });
    expect(made(free.slug).map(({ input }) => input.last_image)).toEqual([undefined, undefined]);
  });

  it('sends the source as bytes', async () => {
    await w.asset(w.owner);
    await w.settle();
    expect(String(made(pro.slug)[0]!.input.image)).toMatch(/\/files\//);
  });

  it('asks the vision model with the brand as its frame, and not at all for an override', async () => {
    await w.rt.db.project.update({ where: { id: w.owner.projectId }, data: { brand: { brandName: 'Acme', messagingContext: { tone: 'calm' } } } });
    const id = await w.asset(w.owner);
    await w.settle();
    const [look] = made(visionModel.slug);
    expect(look!.input.system_prompt).toContain('Acme');
    expect(look!.input.system_prompt).toContain('calm');
    expect(await generation(id)).toMatchObject({ prompt: 'The light moves slowly over the scene.', promptSource: 'vision' });
  });
});

describe('one prediction a stage, whatever happens to the answers', () => {
  it('finds the prediction whose answer was lost, instead of asking for another', async () => {
    w.standIn.always(pro.slug, behaviours.succeed(4_000));
    w.standIn.breakNext({ ...CREATE, path: /seedance.*\/predictions$/, how: 'reset', afterEffect: true });
    const id = await w.asset(w.owner);
    await w.settle();
    await passSlowly(25);
    expect(await generation(id)).toMatchObject({ status: 'succeeded' });
    expect(made(pro.slug)).toHaveLength(1);
  });

  it('knows it by its webhook, too', async () => {
    w.standIn.always(pro.slug, behaviours.succeed(2_000));
    w.standIn.breakNext({ ...CREATE, path: /seedance.*\/predictions$/, how: 502, afterEffect: true });
    w.standIn.breakNext({ method: 'GET', path: /\/v1\/predictions$/, how: 500, times: 50 });
    const id = await w.asset(w.owner);
    await w.settle();
    await passSlowly(8);
    expect(await generation(id)).toMatchObject({ status: 'succeeded' });
    expect(made(pro.slug)).toHaveLength(1);
  });

  it('asks again when the call never arrived, but not before that is sure', async () => {
    w.standIn.breakNext({ ...CREATE, path: /seedance.*\/predictions$/, how: 'reset' });
    const id = await w.asset(w.owner);
    await w.settle();
    await passSlowly(SETTLE_MS / 1000 - 3);
    expect(made(pro.slug)).toHaveLength(0);
    await passSlowly(10);
    expect(made(pro.slug)).toHaveLength(1);
    expect(await generation(id)).toMatchObject({ status: 'succeeded' });
  });

  it('waits as long as a 429 asks, and does not count it as a try', async () => {
    w.standIn.rateLimit(4, 10);
    const id = await w.asset(w.owner);
    await w.settle();
    await passSlowly(60);
    expect(await generation(id)).toMatchObject({ status: 'succeeded' });
    expect(made(pro.slug)).toHaveLength(1);
    expect(await w.events(id)).not.toContain('retry_scheduled single');
  });

  it('does not give up what is paid for when the service has a bad minute', async () => {
    w.standIn.always(pro.slug, { afterMs: 10_000, webhooks: { lose: true } });
    const id = await w.asset(w.owner);
    await w.settle();
    w.standIn.breakNext({ method: 'GET', path: /\/predictions\//, how: 503, times: 12 });
    await passSlowly(120);
    expect(await generation(id)).toMatchObject({ status: 'succeeded' });
    expect(made(pro.slug)).toHaveLength(1);
  });

  it('asks for another only after the service interrupted the one before', async () => {
    w.standIn.script(pro.slug, behaviours.interrupted());
    const id = await w.asset(w.owner);
    await w.settle();
    await passSlowly(10);
    expect(await generation(id)).toMatchObject({ status: 'succeeded' });
    expect(made(pro.slug).map(({ status }) => status)).toEqual(['failed', 'succeeded']);
    expect(await w.events(id)).toEqual(expect.arrayContaining(['stage_failed single', 'retry_scheduled single', 'stage_completed single 2']));
  });

  it('gives up after three interrupted ones', async () => {
    w.standIn.always(pro.slug, behaviours.interrupted());
    const id = await w.asset(w.owner);
    await w.settle();
    await passSlowly(30);
    expect(await generation(id)).toMatchObject({ status: 'failed', errorCode: 'i2v_failed', charge: 'refunded' });
    expect(made(pro.slug)).toHaveLength(3);
  });
});

describe('a prediction that fails', () => {
  it.each([
    ['a model error', behaviours.fail(), 'i2v_failed', /out of memory/],
    ['a refusal', behaviours.sensitive(), 'i2v_failed', /refused.*sensitive/],
    ['an empty file', behaviours.output('empty'), 'i2v_failed', /empty/],
    ['a file that is gone', behaviours.output('missing'), 'i2v_failed', /404/],
  ] as const)('ends the generation on %s: refunded, never asked for twice', async (_, behaviour, code, text) => {
    w.standIn.always(pro.slug, behaviour);
    const id = await w.asset(w.owner);
    await w.settle();
    await passSlowly(30);
    const ended = await generation(id);
    expect(ended).toMatchObject({ status: 'failed', errorCode: code, charge: 'refunded' });
    expect(ended.errorMsg).toMatch(text);
    expect(made(pro.slug)).toHaveLength(1);
  });

  it.each(['html', 'png', 'truncated'] as const)('ends the generation when its file is no video but %s', async (output) => {
    w.rt.media = { ...w.rt.media, conform: localMedia.conform };
    w.standIn.always(pro.slug, behaviours.output(output));
    const id = await w.asset(w.owner);
    await w.settle();
    await passSlowly(5);
    expect(await generation(id)).toMatchObject({ status: 'failed', errorCode: 'i2v_failed', charge: 'refunded' });
    expect(made(pro.slug)).toHaveLength(1);
  });

  it('is over after five minutes: cancelled at the service, refunded', async () => {
    w.standIn.always(pro.slug, behaviours.slow());
    const id = await w.asset(w.owner);
    await w.settle();
    for (let i = 0; i < 25; i += 1) await w.pass(15_000);
    expect(await generation(id)).toMatchObject({ status: 'failed', errorCode: 'i2v_timeout', charge: 'refunded' });
    expect(made(pro.slug).map(({ status }) => status)).toEqual(['canceled']);
  });

  it('says nothing of our token to the world', async () => {
    w.standIn.breakNext({ ...CREATE, how: 401, times: 9 });
    const id = await w.asset(w.owner);
    await w.settle();
    await passSlowly(20);
    const ended = await generation(id);
    expect(ended.status).toBe('failed');
    expect(ended.errorMsg).not.toContain(w.standIn.token);
  });
});

describe('the vision model', () => {
  it.each([
    ['says the picture is blocked', behaviours.text('BLOCKED: nudity'), /nudity/],
    ['is stopped by its moderation', behaviours.sensitive(), /sensitive/],
  ])('ends the generation as vision_blocked when it %s', async (_, behaviour, text) => {
    w.standIn.script(visionModel.slug, { startAfterMs: 0, afterMs: 0, ...behaviour });
    const id = await w.asset(w.owner);
    await w.settle();
    const ended = await generation(id);
    expect(ended).toMatchObject({ status: 'failed', errorCode: 'vision_blocked', charge: 'refunded' });
    expect(ended.errorMsg).toMatch(text);
    expect(made(pro.slug)).toHaveLength(0);
  });
});

describe('an end from outside', () => {
  it('cancels the prediction at the service, and lets the next run begin at once', async () => {
    w.standIn.script(pro.slug, behaviours.slow());
    const id = await w.asset(w.owner);
    await w.settle();
    await cancelGeneration(w.rt, id);
    await w.settle();
    expect(made(pro.slug)[0]).toMatchObject({ status: 'canceled' });
    expect(await generation(id)).toMatchObject({ status: 'cancelled', charge: 'refunded' });
    expect(await w.rt.db.engineRun.count({ where: { finishedAt: null } })).toBe(0);
  });

  it('finds and cancels one whose answer was lost', async () => {
    w.standIn.script(pro.slug, behaviours.slow());
    w.standIn.breakNext({ ...CREATE, path: /seedance.*\/predictions$/, how: 'reset', afterEffect: true });
    const id = await w.asset(w.owner);
    await w.settle();
    await cancelGeneration(w.rt, id);
    await w.settle();
    await passSlowly(5);
    expect(made(pro.slug)[0]).toMatchObject({ status: 'canceled' });
  });

  it('of the asset cancels it as well', async () => {
    w.standIn.script(pro.slug, behaviours.slow());
    const id = await w.asset(w.owner);
    await w.settle();
    await deleteAsset(w.rt, id);
    await w.settle();
    await passSlowly(3);
    expect(made(pro.slug)[0]).toMatchObject({ status: 'canceled' });
    expect(await w.rt.db.prediction.count({ where: { endedAt: null } })).toBe(0);
  });
});

describe('what the engine lost', () => {
  it('is handed over again, and finds its prediction', async () => {
    w.standIn.always(pro.slug, { afterMs: 200_000, webhooks: { lose: true } });
    const id = await w.asset(w.owner);
    await w.settle();
    await w.rt.db.engineRun.deleteMany();
    for (let minute = 0; minute < 5; minute += 1) {
      await w.pass(60_000);
      await keepHouse(w.rt);
      await w.settle();
    }
    expect(await generation(id)).toMatchObject({ status: 'succeeded' });
    expect(made(pro.slug)).toHaveLength(1);
  });
});
