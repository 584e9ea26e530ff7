import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, read } from '@/test/support/call';
import { PipelineError } from '@/lib/generation/pipeline-error';
import { makePipeline, type Account, type Pipeline } from '@/test/support/pipeline';
import { testMotion } from '@/test/support/test-providers';
import { getAsset } from './get-asset';
import { regenerate } from './regenerate-handler';

let p: Pipeline;
beforeAll(async () => void (p = await makePipeline()));
afterAll(() => p.close());

const post = (user: Account, id: string, body?: unknown, headers: Record<string, string> = {}) =>
  call(regenerate, { method: 'POST', params: { id }, cookie: user.cookie, body, headers });

/** An account and an asset whose first clip is there. */
async function made(tier: 'free' | 'pro' | 'team' = 'pro'): Promise<{ user: Account; id: string }> {
  const user = await p.account(tier);
  const id = await p.asset(user);
  await p.settle();
  return { user, id };
}

async function failing(work: () => Promise<void>): Promise<void> {
  p.rt.motion = { ...testMotion, animate: async () => Promise.reject(new PipelineError('i2v_failed', 'the model refused')) };
  await work().finally(() => (p.rt.motion = testMotion));
}

const used = async (user: Account) => (await p.rt.db.monthlyUsage.findMany({ where: { userId: user.id } })).map(({ month, used, charged, refunded }) => ({ month, used, charged, refunded }));

describe('an accepted regenerate', () => {
  it('answers with the contract and puts the new clip behind the same asset', async () => {
    const { user, id } = await made();
    const before = await getAsset(p.rt, user.id, id);
    const answer = await read(await post(user, id, { motion: 'kinetic', dur_seconds: 6 }));
    expect(answer).toMatchObject({ status: 'pending', asset_id: id, generation: 2, quota: { used: 2, limit: 100, overage: 0 } });
    expect(answer.events_url).toBe(`http://localhost:3000/v1/${user.projectKey}/events/${id}`);
    expect((await getAsset(p.rt, user.id, id)).asset).toMatchObject({ status: 'pending', generation: 1, mp4_url: before.asset.mp4_url });
    await p.settle();
    const { asset, generations } = await getAsset(p.rt, user.id, id);
    expect(asset).toMatchObject({ status: 'ready', generation: 2, generation_count: 2, motion: 'kinetic', dur_seconds: 6, duration_ms: 6000 });
    expect(asset.embed_url).toBe(before.asset.embed_url);
    expect(asset.edge_live_at).not.toBeNull();
    expect(generations.map((g) => [g.number, g.status, g.current])).toEqual([[2, 'succeeded', true], [1, 'succeeded', false]]);
  });

  it('says how long it will take from what this server has measured, and counts those ahead in line', async () => {
    const { user, id } = await made();
    await p.rt.db.generation.updateMany({ where: { assetId: id }, data: { model: 'test-slow', startedAt: new Date(0), finishedAt: new Date(21_000) } });
    p.rt.motion = { ...testMotion, modelFor: () => 'test-slow' };
    const etas = [await read(await post(user, id)), await read(await post(user, id))].map((answer) => answer.eta_seconds);
    p.rt.motion = testMotion;
    await p.settle();
    expect(etas).toEqual([21, 42]);
  });

  it('takes an empty body as no changes and keeps every value', async () => {
    const { user, id } = await made();
    await post(user, id, { motion: 'subtle', mode: 'animate-on-hover', dur_seconds: 3, seed: 7 });
    await p.settle();
    expect((await call(regenerate, { method: 'POST', params: { id }, cookie: user.cookie })).status).toBe(200);
    await p.settle();
    const { asset, generations } = await getAsset(p.rt, user.id, id);
    expect(asset).toMatchObject({ motion: 'subtle', mode: 'animate-on-hover', dur_seconds: 3, seed: 7, generation: 3 });
    expect(generations[0]).toMatchObject({ given: {}, seed: 7 });
  });

  it('draws a fresh seed each time unless one is pinned, and null unpins', async () => {
    const { user, id } = await made();
    for (const body of [{}, {}, { seed: 42 }, {}, { seed: null }]) {
      await post(user, id, body);
      await p.settle();
    }
    const { asset, generations } = await getAsset(p.rt, user.id, id);
    const seeds = generations.map((g) => g.seed).reverse();
    expect(new Set(seeds.slice(0, 3)).size).toBe(3);
    expect(seeds.slice(3, 5)).toEqual([42, 42]);
    expect(seeds[5]).not.toBe(42);
    expect(asset.seed).toBeNull();
  });

  it('draws a fresh seed for those in line as well when the pin goes', async () => {
    const { user, id } = await made();
    await post(user, id, { seed: 42 });
    await p.settle();
    for (const body of [{ seed: null }, {}, { seed: 42 }, {}]) await post(user, id, body);
    await p.settle();
    const { generations } = await getAsset(p.rt, user.id, id);
    const seeds = generations.map((g) => g.seed).reverse().slice(2);
    expect([seeds[0], seeds[1]]).not.toContain(42);
    expect(seeds.slice(2)).toEqual([42, 42]);
  });

  it('uses prompt_override for this generation only and then the brand-aware prompt again', async () => {
    const { user, id } = await made();
    await post(user, id, { prompt_override: '  slow pan left ' });
    await p.settle();
    await p.rt.db.project.update({ where: { id: user.projectId }, data: { brand: { brandName: 'Acme' }, brandVersion: 3 } });
    await post(user, id);
    await p.settle();
    const [third, second] = (await getAsset(p.rt, user.id, id)).generations;
    expect(second).toMatchObject({ prompt: 'slow pan left', prompt_source: 'override' });
    expect(third).toMatchObject({ prompt: expect.stringContaining('Acme'), prompt_source: 'vision', brand_version: 3 });
    const skipped = await p.rt.db.assetEvent.count({ where: { generationId: second!.id, type: { startsWith: 'vision' } } });
    expect(skipped).toBe(0);
  });

  it('records the model of the tier at the time of the request', async () => {
    const { user, id } = await made('free');
    await post(user, id);
    await p.rt.db.user.update({ where: { id: user.id }, data: { tier: 'team' } });
    await post(user, id);
    await p.settle();
    expect((await getAsset(p.rt, user.id, id)).generations.map((g) => g.model)).toEqual(['test-team', 'test-free', 'test-free']);
  });

  it('runs two of one asset in order, the second building on the first', async () => {
    const { user, id } = await made();
    const numbers = (await Promise.all([post(user, id, { motion: 'kinetic' }), post(user, id, { dur_seconds: 8 })])).map((a) => a.status);
    expect(numbers).toEqual([200, 200]);
    await p.settle();
    const { asset, generations } = await getAsset(p.rt, user.id, id);
    expect(asset).toMatchObject({ motion: 'kinetic', dur_seconds: 8, generation: 3, status: 'ready' });
    expect(generations[0]!.started_at).toBeGreaterThanOrEqual(generations[1]!.finished_at!);
    expect(await used(user)).toEqual([{ month: '2026-10', used: 3, charged: 3, refunded: 0 }]);
  });

  it('renders a loop in two stages and a merge, charged once', async () => {
    const { user, id } = await made();
    await post(user, id, { mode: 'loop' });
    await p.settle();
    const { asset, generations } = await getAsset(p.rt, user.id, id);
    expect(asset).toMatchObject({ mode: 'loop', loop_mode: 'native' });
    expect(Object.keys(generations[0]!.timings).sort()).toEqual(['merge', 'r2_write', 'source', 'stage1', 'stage2', 'vision']);
    expect(await used(user)).toMatchObject([{ used: 2, charged: 2 }]);
  });
});

describe('a regenerate that fails', () => {
  it('keeps the old clip and its values, says why, and gives the unit back once', async () => {
    const { user, id } = await made();
    await failing(async () => {
      await post(user, id, { motion: 'kinetic', seed: 5 });
      await p.settle();
    });
    const { asset, generations } = await getAsset(p.rt, user.id, id);
    expect(asset).toMatchObject({ status: 'failed', error: 'i2v_failed: the model refused', motion: 'medium', seed: null, generation: 1 });
    expect(asset.mp4_url).not.toBeNull();
    expect(generations[0]).toMatchObject({ status: 'failed', charge: 'refunded', error: 'i2v_failed: the model refused' });
    expect(await used(user)).toEqual([{ month: '2026-10', used: 1, charged: 2, refunded: 1 }]);
    await post(user, id);
    await p.settle();
    expect((await getAsset(p.rt, user.id, id)).asset).toMatchObject({ status: 'ready', error: null, generation: 3 });
  });

  it('gives the unit back to the month it was taken from', async () => {
    const { user, id } = await made();
    const now = p.rt.clock.now();
    await failing(async () => {
      await post(user, id);
      p.rt.clock.set(Date.UTC(2026, 10, 1, 0, 5));
      await p.settle();
    });
    p.rt.clock.set(now);
    expect(await used(user)).toEqual([{ month: '2026-10', used: 1, charged: 2, refunded: 1 }]);
  });

  it('is tried three times on a transient error, with events that say so', async () => {
    const { user, id } = await made();
    let tries = 0;
    p.rt.motion = {
      ...testMotion,
      animate: async (...args) => {
        tries += 1;
        if (tries < 3) throw new PipelineError('i2v_failed', 'busy', true);
        return testMotion.animate(...args);
      },
    };
    await post(user, id);
    await p.settle();
    for (const ms of [1_000, 4_000]) {
      p.rt.clock.advance(ms);
      await p.settle();
    }
    p.rt.motion = testMotion;
    const events = await p.rt.db.assetEvent.findMany({ where: { assetId: id, generation: 2 }, orderBy: { seq: 'asc' } });
    expect(events.filter((e) => e.stage === 'single').map((e) => `${e.type} ${e.attempt}`)).toEqual([
      'stage_started 1', 'stage_failed 1', 'retry_scheduled 1', 'stage_started 2', 'stage_failed 2', 'retry_scheduled 2',
      'stage_started 3', 'stage_completed 3',
    ]);
    expect((await getAsset(p.rt, user.id, id)).asset.status).toBe('ready');
  });

  it('lets the next one in line run', async () => {
    const { user, id } = await made();
    p.rt.motion = { ...testMotion, animate: async (r, o) => (r.prompt === 'bad' ? Promise.reject(new PipelineError('i2v_failed', 'no')) : testMotion.animate(r, o)) };
    await post(user, id, { prompt_override: 'bad' });
    await post(user, id, { prompt_override: 'good' });
    await p.settle();
    p.rt.motion = testMotion;
    expect((await getAsset(p.rt, user.id, id)).asset).toMatchObject({ status: 'ready', vision_prompt: 'good', generation: 3 });
  });
});

describe('what is refused', () => {
  it('answers 401 signed out, before anything else', async () => {
    expect(await read(await call(regenerate, { method: 'POST', params: { id: 'nope' }, body: { motion: 1 } }))).toMatchObject({ status: 401 });
  });

  it('answers 404 for missing and for someone else alike, before looking at the body', async () => {
    const { id } = await made();
    const stranger = await p.account();
    const answers = await Promise.all(['0000000000000000', id, '../etc', 'x\u0000y'].map(async (which) => {
      const { request_id: _, ...rest } = await read(await post(stranger, which, { motion: 'wild' }));
      return rest;
    }));
    for (const answer of answers) expect(answer).toEqual({ status: 404, error: 'not found', code: 'not_found' });
  });

  it.each([
    [{ motion: 'wild' }, 'motion'], [{ mode: 'spin' }, 'mode'], [{ dur_seconds: 1 }, 'dur_seconds'], [{ dur_seconds: 9 }, 'dur_seconds'],
    [{ dur_seconds: 2.5 }, 'dur_seconds'], [{ dur_seconds: '4' }, 'dur_seconds'], [{ prompt_override: '   ' }, 'prompt_override'],
    [{ prompt_override: 'x'.repeat(501) }, 'prompt_override'], [{ seed: -1 }, 'seed'], [{ seed: 2147483648 }, 'seed'], [{ aspect: '1:1' }, 'aspect'],
    [{ motion: null }, 'motion'],
  ])('answers 400 for %j and names the field', async (body, field) => {
    const { user, id } = await shared();
    const answer = await read(await post(user, id, body));
    expect(answer).toMatchObject({ status: 400, error: 'Validation failed', details: { fieldErrors: { [field]: [expect.any(String)] } } });
  });

  it('answers 429 after 30 in a minute, and says when to come back', async () => {
    const { user, id } = await shared();
    p.rt.clock.advance(60_000);
    for (let n = 0; n < 30; n += 1) expect((await post(user, id, { seed: n })).status).toBe(200);
    const answer = await post(user, id);
    expect(answer.headers.get('retry-after')).toBe('60');
    expect(await read(answer)).toMatchObject({ status: 429, error: 'rate limited', code: 'rate_limited', retry_after_ms: 60_000 });
    p.rt.clock.advance(60_000);
    expect((await post(user, id)).status).toBe(200);
    await p.settle();
  });

  it('keeps the texts of the seed when the month is used up', async () => {
    const { user, id } = await made('free');
    for (let n = 0; n < 4; n += 1) await post(user, id);
    expect(await read(await post(user, id))).toMatchObject({ status: 429, error: 'monthly generation limit reached', code: 'quota_exceeded', upgrade_url: expect.any(String) });
    await p.rt.db.user.update({ where: { id: user.id }, data: { tier: 'pro' } });
    await p.rt.db.monthlyUsage.updateMany({ where: { userId: user.id }, data: { used: 100, charged: 100 } });
    expect(await read(await post(user, id))).toMatchObject({ status: 429, error: 'overage disabled — enable in project settings or upgrade plan', code: 'overage_disabled' });
    await p.rt.db.project.update({ where: { id: user.projectId }, data: { overageEnabled: true, overageCap: 1 } });
    expect(await read(await post(user, id))).toMatchObject({ status: 'pending', quota: { used: 101, limit: 100, overage: 1 } });
    expect(await read(await post(user, id))).toMatchObject({ status: 429, error: 'monthly generation limit reached', code: 'quota_exceeded' });
    await p.settle();
  });

  let common: Promise<{ user: Account; id: string }> | undefined;
  const shared = () => (common ??= made('team'));
});

describe('Idempotency-Key', () => {
  const key = (value: string) => ({ 'Idempotency-Key': value });

  it('gives the first answer again and charges once', async () => {
    const { user, id } = await made();
    const first = await post(user, id, { seed: 1 }, key('a'));
    const again = await post(user, id, { seed: 1 }, key('a'));
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await read(again)).toEqual(await read(first));
    expect(await used(user)).toMatchObject([{ used: 2 }]);
  });

  it('holds under concurrent duplicates', async () => {
    const { user, id } = await made();
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(user, id, { seed: 1 }, key('b'))));
    expect(new Set(await Promise.all(answers.map(async (a) => (await read(a)).generation_id))).size).toBe(1);
    expect(answers.filter((a) => a.headers.get('idempotent-replayed') === null)).toHaveLength(1);
    expect(await used(user)).toMatchObject([{ used: 2 }]);
  });

  it('refuses another body with 422, and is forgotten after 24 hours', async () => {
    const { user, id } = await made();
    await post(user, id, { seed: 1 }, key('c'));
    expect(await read(await post(user, id, { seed: 2 }, key('c')))).toMatchObject({ status: 422, code: 'idempotency_mismatch' });
    const now = p.rt.clock.now();
    p.rt.clock.advance(24 * 3600_000);
    expect(await read(await post(user, id, { seed: 2 }, key('c')))).toMatchObject({ status: 'pending', generation: 3 });
    p.rt.clock.set(now);
  });
});
