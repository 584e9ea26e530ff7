import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { POST as cancel } from '@/app/api/assets/[id]/cancel/route';
import { DELETE, GET } from '@/app/api/assets/[id]/route';
import { GET as list } from '@/app/api/assets/route';
import { POST as prepare } from '@/app/api/v1/prepare/route';
import { call, read } from '@/test/support/call';
import { GENERATION_LIMIT_MS } from '@/lib/generation/end-stalled';
import { finalizeGeneration, GRACE_MS } from '@/lib/generation/finalize-generation';
import { startGeneration } from '@/lib/generation/start-generation';
import { keepHouse } from '@/lib/housekeeping';
import { makePipeline, type Account, type Pipeline } from '@/test/support/pipeline';
import { testMotion } from '@/test/support/test-providers';
import { deleteAsset } from './delete-asset';
import { prepareAsset } from './prepare-asset';
import { regenerate } from './regenerate-handler';

let p: Pipeline;
beforeAll(async () => void (p = await makePipeline({ env: { ALLOW_PRIVATE_NETWORK: '1' } })));
afterAll(() => p.close());

const on = (handler: typeof GET, user: Account, id: string, method = 'POST', body?: unknown) => call(handler, { method, params: { id }, cookie: user.cookie, body });
const show = async (user: Account, id: string) => read(await on(GET, user, id, 'GET'));

describe('cancel', () => {
  it('ends a waiting generation, gives the unit back and keeps the old clip', async () => {
    const user = await p.account();
    const id = await p.asset(user);
    await p.settle();
    await on(regenerate, user, id);
    expect(await read(await on(cancel, user, id))).toMatchObject({ asset_id: id, status: 'cancelled' });
    await p.settle();
    const { asset, generations } = await show(user, id);
    expect(asset).toMatchObject({ status: 'failed', error: expect.stringContaining('cancelled'), generation: 1 });
    expect(asset.mp4_url).toBe(asset.embed_url);
    expect(generations[0]).toMatchObject({ status: 'cancelled', charge: 'refunded' });
    expect(await p.rt.db.assetEvent.findFirst({ where: { assetId: id }, orderBy: { seq: 'desc' } })).toMatchObject({ type: 'cancelled', generation: 2 });
  });

  it('stops a stage that is rendering', async () => {
    const user = await p.account();
    const id = await p.asset(user);
    await p.settle();
    let began = () => {};
    const rendering = new Promise<void>((resolve) => (began = resolve));
    p.rt.motion = {
      ...testMotion,
      animate: (_, { signal }) => new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
        began();
      }),
    };
    await on(regenerate, user, id);
    const settled = p.settle();
    await rendering;
    expect((await on(cancel, user, id)).status).toBe(200);
    await settled;
    p.rt.motion = testMotion;
    const types = (await p.rt.db.assetEvent.findMany({ where: { assetId: id, generation: 2 }, orderBy: { seq: 'asc' } })).map((e) => e.type);
    expect(types.at(-1)).toBe('cancelled');
    p.rt.clock.advance(GRACE_MS);
    await p.settle();
    expect(await p.rt.storage.size(`work/${(await show(user, id)).generations[0].id}/source`)).toBeNull();
  });

  it('answers 409 when nothing is in flight', async () => {
    const user = await p.account();
    const id = await p.asset(user);
    await p.settle();
    expect((await on(cancel, user, id)).status).toBe(409);
  });
});

describe('a run that never ends', () => {
  it('is given up after ten minutes: refunded, the old clip kept, and the next in line runs', async () => {
    const user = await p.account();
    const id = await p.asset(user);
    await p.settle();
    let began = () => {};
    const rendering = new Promise<void>((resolve) => (began = resolve));
    p.rt.motion = { ...testMotion, animate: (_, { signal }) => new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
      began();
    }) };
    await on(regenerate, user, id);
    const settled = p.settle();
    await rendering;
    await on(regenerate, user, id);
    p.rt.clock.advance(GENERATION_LIMIT_MS);
    p.rt.motion = testMotion;
    await keepHouse(p.rt);
    await settled;
    await p.settle();
    const { asset, generations } = await show(user, id);
    expect(generations.map((g: { status: string; charge: string; error: string }) => [g.status, g.charge, g.error])).toEqual([
      ['succeeded', 'charged', null],
      ['failed', 'refunded', 'pipeline_stalled: not done within 10 minutes'],
      ['succeeded', 'charged', null],
    ]);
    expect(asset).toMatchObject({ status: 'ready', generation: 3 });
  });
});

describe('objects', () => {
  it('of a replaced clip go after the grace time, not before', async () => {
    const user = await p.account();
    const id = await p.asset(user);
    await p.settle();
    const old = (await p.rt.db.asset.findUniqueOrThrow({ where: { id }, include: { current: true } })).current!;
    await on(regenerate, user, id);
    await p.settle();
    p.rt.clock.advance(GRACE_MS - 1);
    await p.settle();
    expect(await p.rt.storage.size(old.clipKey!)).not.toBeNull();
    p.rt.clock.advance(1);
    await p.settle();
    expect(await p.rt.storage.size(old.clipKey!)).toBeNull();
    expect(await p.rt.storage.size(old.posterKey!)).toBeNull();
  });

  it('that passed between the steps are gone when the run has ended', async () => {
    const user = await p.account();
    const id = await p.asset(user);
    await p.settle();
    const { generations } = await show(user, id);
    for (const name of ['source', 'single']) expect(await p.rt.storage.size(`work/${generations[0].id}/${name}`)).toBeNull();
  });
});

describe('delete', () => {
  it('takes the asset away, gives back what was in flight, and its objects after the grace time', async () => {
    const user = await p.account();
    const id = await p.asset(user);
    await p.settle();
    const { current } = await p.rt.db.asset.findUniqueOrThrow({ where: { id }, include: { current: true } });
    await on(regenerate, user, id);
    expect((await on(DELETE, user, id, 'DELETE')).status).toBe(204);
    expect((await show(user, id)).status).toBe(404);
    await p.settle();
    expect(await p.rt.db.monthlyUsage.findMany({ where: { userId: user.id } })).toMatchObject([{ used: 1, charged: 2, refunded: 1 }]);
    p.rt.clock.advance(GRACE_MS);
    await p.settle();
    expect(await p.rt.storage.size(current!.clipKey!)).toBeNull();
  });

  it('takes the objects of an asset that was made again under its embed and deleted again, too', async () => {
    const user = await p.account();
    const id = await p.asset(user);
    const { src } = await p.rt.db.asset.findUniqueOrThrow({ where: { id } });
    const clips: string[] = [];
    for (let life = 1; life <= 2; life += 1) {
      if (life === 2) await call(prepare, { method: 'POST', cookie: user.cookie, body: { project_id: user.projectId, src: `http://localhost:3000/uploads/${src.slice('upload:'.length)}`, mode: 'animate-in' } });
      await p.settle();
      const { current } = await p.rt.db.asset.findUniqueOrThrow({ where: { id }, include: { current: true } });
      clips.push(current!.clipKey!, current!.posterKey!);
      expect((await on(DELETE, user, id, 'DELETE')).status).toBe(204);
    }
    p.rt.clock.advance(GRACE_MS);
    await p.settle();
    expect(await Promise.all(clips.map((key) => p.rt.storage.size(key)))).toEqual([null, null, null, null]);
  });

  it('lets its clip be streamed until the grace time is over, also when it was made a moment ago', async () => {
    const user = await p.account();
    const assetId = await p.asset(user);
    const { id } = await p.rt.db.generation.findFirstOrThrow({ where: { assetId } });
    await startGeneration(p.rt, { id, assetId });
    const [clipKey, posterKey] = [`assets/${assetId}/${id}.mp4`, `assets/${assetId}/${id}.jpg`];
    for (const key of [clipKey, posterKey]) await p.rt.storage.put(key, Buffer.from('x'), 'video/mp4');
    await finalizeGeneration(p.rt, { id, assetId }, { clipKey, posterKey, blurDataUrl: 'data:,', loopMode: null, bytes: 1, width: 1, height: 1, durationMs: 1 });
    await deleteAsset(p.rt, assetId);
    p.rt.clock.advance(GRACE_MS - 1);
    await p.settle();
    expect(await p.rt.storage.size(clipKey)).not.toBeNull();
    p.rt.clock.advance(1);
    await p.settle();
    expect(await p.rt.storage.size(clipKey)).toBeNull();
  });
});

describe('list', () => {
  it('pages by key: rows made meanwhile neither repeat nor skip any', async () => {
    const user = await p.account('pro');
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      ids.unshift(await p.asset(user));
      p.rt.clock.advance(n === 2 ? 0 : 1);
    }
    const page = async (query: string) => read(await call(list, { path: `/api/assets?limit=2${query}`, cookie: user.cookie }));
    const first = await page('');
    await p.asset(user);
    const second = await page(`&cursor=${first.next_cursor}`);
    const third = await page(`&cursor=${second.next_cursor}`);
    const seen = [first, second, third].flatMap((x) => x.assets.map((a: { id: string }) => a.id));
    expect([...seen].sort()).toEqual([...ids].sort());
    expect(third.next_cursor).toBeNull();
  });

  it('shows only the own ones, by project and status, and refuses what it does not know', async () => {
    const [user, other] = [await p.account(), await p.account()];
    const id = await p.asset(user);
    await p.asset(other);
    const get = async (query: string) => read(await call(list, { path: `/api/assets?${query}`, cookie: user.cookie }));
    expect((await get(`project_id=${user.projectId}&status=pending`)).assets.map((a: { id: string }) => a.id)).toEqual([id]);
    expect((await get(`project_id=${other.projectId}`)).assets).toEqual([]);
    for (const bad of ['limit=0', 'limit=101', 'status=odd', 'cursor=nonsense', 'what=1']) expect((await get(bad)).code).toBe('validation_failed');
  });
});

describe('prepare', () => {
  let server: Server;
  let origin: string;
  beforeAll(async () => {
    const png = await sharp({ create: { width: 320, height: 256, channels: 3, background: '#3a6ea5' } }).png().toBuffer();
    server = createServer((req, res) => (req.url!.startsWith('/gone') ? res.writeHead(404).end() : res.end(req.url!.startsWith('/bad') ? '<svg/>' : png)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const post = (user: Account, body: object) => call(prepare, { method: 'POST', cookie: user.cookie, body });

  it('gives the same asset for the same options, charged once, also at once', async () => {
    const user = await p.account();
    const body = { project_id: user.projectId, src: `${origin}/hero.png?w=2`, motion: 'subtle', idem: 'a', aspect: '1:1' };
    const answers = await Promise.all(Array.from({ length: 8 }, async () => read(await post(user, body))));
    expect(new Set(answers.map((a) => a.asset_id)).size).toBe(1);
    expect(answers[0]!.embed_url).toBe(`http://localhost:3000/v1/${user.projectKey}/${encodeURIComponent(body.src)}.mp4?aspect=1%3A1&idem=a&motion=subtle`);
    expect(await p.rt.db.monthlyUsage.findMany({ where: { userId: user.id } })).toMatchObject([{ used: 1 }]);
    expect((await read(await post(user, { ...body, idem: 'b' }))).asset_id).not.toBe(answers[0]!.asset_id);
  });

  it.each([['/gone.png', 400, 'source_unfetchable'], ['/bad.png', 415, 'source_unsupported']])('says at once what is wrong with %s, and charges nothing', async (path, status, code) => {
    const user = await p.account();
    expect(await read(await post(user, { project_id: user.projectId, src: origin + path }))).toMatchObject({ status, code });
    expect(await p.rt.db.monthlyUsage.count({ where: { userId: user.id } })).toBe(0);
  });

  it.each(['idem', 'prompt_override'])('takes no %s that its embed URL would be refused for', async (field) => {
    const user = await p.account();
    const answer = await read(await post(user, { project_id: user.projectId, src: `${origin}/hero.png`, [field]: 'a\uFFFD' }));
    expect(answer).toMatchObject({ status: 400, details: { fieldErrors: { [field]: [expect.stringContaining('U+FFFD')] } } });
  });

  it('is a 404 when the asset is deleted before the answer', async () => {
    const user = await p.account();
    const asset = new Proxy(p.rt.db.asset, {
      get: (assets, name) => (name === 'findUnique' ? async (query: { where: { id: string } }) => (await deleteAsset(p.rt, query.where.id), assets.findUnique(query)) : Reflect.get(assets, name)),
    });
    const db = new Proxy(p.rt.db, { get: (real, name) => (name === 'asset' ? asset : Reflect.get(real, name)) });
    const body = { project_id: user.projectId, src: `${origin}/brief.png` };
    await expect(prepareAsset({ ...p.rt, db }, user, body, 'req')).rejects.toMatchObject({ status: 404 });
  });

  it('leaves no asset behind when the month is used up', async () => {
    const user = await p.account();
    await p.rt.db.monthlyUsage.create({ data: { userId: user.id, month: '2026-10', used: 5, charged: 5 } });
    const answer = await read(await post(user, { project_id: user.projectId, src: `${origin}/x.png` }));
    expect(answer).toMatchObject({ status: 429, code: 'quota_exceeded' });
    expect(await p.rt.db.asset.count({ where: { projectId: user.projectId } })).toBe(0);
  });

  it("refuses someone else's project and someone else's upload alike", async () => {
    const [user, other] = [await p.account(), await p.account()];
    const { src } = await p.rt.db.asset.findUniqueOrThrow({ where: { id: await p.asset(other) } });
    const url = `http://localhost:3000/uploads/${src.slice('upload:'.length)}`;
    expect((await post(user, { project_id: other.projectId, src: `${origin}/x.png` })).status).toBe(404);
    expect((await post(user, { project_id: user.projectId, src: url })).status).toBe(404);
  });

  it('moves no existing asset when a default of the project changes', async () => {
    const user = await p.account();
    const body = { project_id: user.projectId, src: `${origin}/hero.png` };
    const { asset_id } = await read(await post(user, body));
    await p.rt.db.project.update({ where: { id: user.projectId }, data: { defaultMotion: 'kinetic' } });
    expect((await read(await post(user, body))).asset_id).toBe(asset_id);
    expect((await show(user, asset_id)).asset.motion).toBe('medium');
  });
});
