import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GET as getAsset } from '@/app/api/assets/[id]/route';
import { GET as readKeys } from '@/app/api/projects/[id]/keys/route';
import { POST as rotate } from '@/app/api/projects/[id]/keys/rotate/route';
import { PUT as proxyConfig } from '@/app/api/projects/[id]/proxy-config/route';
import { GET as getProject } from '@/app/api/projects/[id]/route';
import { GET as publicEvents } from '@/app/v1/[key]/events/[assetId]/route';
import type { PurgeTarget } from '../edge/edge';
import { call, cookieFor, read, signUpUser } from '@/test/support/call';
import { embedPathsOf } from '../delivery/embed-paths-of';
import { signEmbed } from '../delivery/sign-embed';
import { makeWorld, type World } from '../delivery/test-world';
import { keepHouse } from '../housekeeping';
import { carry } from '../outbox/carry';
import { relayBatch } from '../outbox/relay';

const DAY_MS = 86_400_000;
const src = 'https://acme.com/hero.png';
let world: World;
let cookie: string;
let assetId: string;
let etag: string;
let purged: PurgeTarget[];
const SETTLED_MS = 20_000;

beforeAll(async () => {
  world = await makeWorld();
  world.rt.edge = {
    name: 'varnish',
    again: [{ afterMs: SETTLED_MS, tag: true }],
    purge: async (target) => void purged.push(target),
    look: async () => ({ status: 404, etag: null, ours: true }),
  };
  assetId = await world.mint(src);
  etag = `"${await world.finish(assetId, Buffer.from('clip'))}"`;
});
afterAll(() => world.close());
beforeEach(async () => {
  world.rt.clock.set((Math.floor(world.rt.clock.now() / DAY_MS) + 30) * DAY_MS);
  cookie = await cookieFor(world.userId);
  await world.rt.db.retiredKey.deleteMany();
  await world.rt.db.outboxMessage.deleteMany();
  await world.setProject({ enableSigning: false, allowedOrigins: ['https://acme.com'] });
  purged = [];
});

const turn = (which: string, as = cookie, id = world.project.id) => call(rotate, { method: 'POST', path: `/?which=${which}`, body: {}, cookie: as, params: { id } });
const rotated = async (which: 'proxy' | 'signing'): Promise<string> => {
  const answer = await turn(which);
  expect(answer.status).toBe(200);
  return Object.values((await answer.json()) as Record<string, string>)[0]!;
};
const configure = async (body: object) => read(await call(proxyConfig, { method: 'PUT', body, cookie, params: { id: world.project.id } }));
const currentKey = async () => (await world.rt.db.project.findUniqueOrThrow({ where: { id: world.project.id } })).proxyKey;
const view = (key: string, ext = 'mp4') => world.get(`/v1/${key}/acme.com/hero.png.${ext}`);
const purges = () => world.rt.db.outboxMessage.findMany({ where: { kind: 'edge.purge-project' }, orderBy: { availableAt: 'asc' } });

describe('a rotated proxy key', () => {
  it('works for 24 hours more, to the millisecond, for the same asset; then it is unknown', async () => {
    const old = await currentKey();
    const key = await rotated('proxy');
    expect(key).toMatch(/^pk_[0-9a-f]{24}$/);
    expect((await view(key)).headers.get('etag')).toBe(etag);
    world.rt.clock.advance(DAY_MS - 1);
    for (const each of [old, key]) expect((await view(each)).headers.get('etag'), each).toBe(etag);
    world.rt.clock.advance(1);
    const answer = await view(old);
    expect([answer.status, await answer.json()]).toEqual([403, expect.objectContaining({ error: 'unknown project key', code: 'unknown_project_key' })]);
    expect((await view(key)).headers.get('etag')).toBe(etag);
    await keepHouse(world.rt);
    expect(await world.rt.db.retiredKey.count()).toBe(0);
  });

  it('is kept by an edge for the rest of its day at the most; the new one as ever', async () => {
    const old = await currentKey();
    const key = await rotated('proxy');
    world.rt.clock.advance(DAY_MS - 90_500);
    for (const ext of ['mp4', 'jpg']) {
      expect((await view(old, ext)).headers.get('cdn-cache-control')).toBe('public, max-age=90, must-revalidate');
      expect((await view(key, ext)).headers.get('cdn-cache-control')).toBe('public, max-age=31536000');
    }
  });

  it('is dropped from the edge at once, for it was kept for a year, and again when what was on its way has come', async () => {
    await rotated('proxy');
    const now = world.rt.clock.now();
    const messages = await purges();
    expect(messages.map(({ availableAt }) => availableAt.getTime() - now)).toEqual([0, SETTLED_MS]);
    await relayBatch(world.rt, carry);
    expect(purged).toEqual([{ tag: `motioness-${world.project.id}`, paths: [] }]);
    expect((await view(await currentKey())).headers.get('surrogate-key')!.split(' ')).toContain(purged[0]!.tag);
    world.rt.clock.advance(SETTLED_MS);
    await relayBatch(world.rt, carry);
    expect(purged).toHaveLength(2);
  });

  it('is what the API gives from then on', async () => {
    const key = await rotated('proxy');
    const { asset } = await read(await call(getAsset, { cookie, params: { id: assetId } }));
    expect(asset).toMatchObject({ id: assetId, embed_url: `http://localhost:3000/v1/${key}/acme.com/hero.png.mp4` });
    expect((await read(await call(getProject, { cookie, params: { id: world.project.id } }))).project.proxy_key).toBe(key);
  });

  it('streams events for its day too', async () => {
    const old = await currentKey();
    await rotated('proxy');
    const events = async (id = assetId) => {
      const stop = new AbortController();
      const req = new Request(`http://localhost:3000/v1/${old}/events/${id}`, { signal: stop.signal });
      const answer = await publicEvents(req, { params: Promise.resolve({ key: old, assetId: id }) });
      stop.abort();
      await answer.body?.cancel();
      return answer.status;
    };
    expect(await events()).toBe(200);
    expect(await events('0'.repeat(16))).toBe(404);
    world.rt.clock.advance(DAY_MS);
    expect(await events()).toBe(403);
  });

  it('starts what nobody has asked for, in the same project', async () => {
    const old = await currentKey();
    const key = await rotated('proxy');
    const upload = `${world.userId}/new.png`;
    await world.rt.db.upload.create({ data: { key: upload, userId: world.userId, name: 'new.png', contentType: 'image/png', bytes: 1, width: 320, height: 256 } });
    await world.setProject({ mintLimitPerMinute: 0 });
    const limited = async (with_: string) => (await (await world.get(`/v1/${with_}/uploads/${upload}.mp4`)).json()).code;
    expect([await limited(old), await limited(key)]).toEqual(['mint_limited', 'mint_limited']);
    await world.setProject({ mintLimitPerMinute: 30 });
  });
});

describe('a rotated signing secret', () => {
  const signed = async (secret: string, exp = world.rt.clock.now() / 1000 + 9 * 86_400) => world.get(signEmbed({ key: await currentKey(), secret, src, exp, ext: 'mp4' }));

  it('works for 24 hours more, to the millisecond, then it signs nothing', async () => {
    await configure({ enable_signing: true });
    const old = await rotated('signing');
    const secret = await rotated('signing');
    expect(secret).toMatch(/^mss_[0-9a-f]{64}$/);
    world.rt.clock.advance(DAY_MS - 1);
    for (const each of [old, secret]) expect((await signed(each)).headers.get('etag')).toBe(etag);
    world.rt.clock.advance(1);
    expect(await read(await signed(old))).toMatchObject({ status: 403, error: 'invalid signature' });
    expect((await signed(secret)).headers.get('etag')).toBe(etag);
  });

  it('bounds what an edge keeps by its own end, by exp and by the key’s end, whichever comes first', async () => {
    await configure({ enable_signing: true });
    const old = await rotated('signing');
    await rotated('signing');
    const until = async (exp?: number) => (await signed(old, exp)).headers.get('cdn-cache-control');
    expect(await until()).toBe('public, max-age=86400, must-revalidate');
    expect(await until(world.rt.clock.now() / 1000 + 60)).toBe('public, max-age=60, must-revalidate');
    world.rt.clock.advance(3_600_000);
    const key = await currentKey();
    await rotated('proxy');
    world.rt.clock.advance(3_600_000);
    const path = signEmbed({ key, secret: old, src, exp: world.rt.clock.now() / 1000 + 9 * 86_400, ext: 'mp4' });
    expect((await world.get(path)).headers.get('cdn-cache-control')).toBe('public, max-age=79200, must-revalidate');
  });

  it('is sealed in the database and never shown again', async () => {
    await configure({ enable_signing: true });
    const secrets = [await rotated('signing'), await rotated('signing')];
    const stored = JSON.stringify([await world.rt.db.project.findMany(), await world.rt.db.retiredKey.findMany(), await world.rt.db.outboxMessage.findMany()], (_key, value) =>
      typeof value === 'bigint' ? String(value) : value);
    const shown = JSON.stringify(await Promise.all([getProject, readKeys].map(async (handler) => read(await call(handler, { cookie, params: { id: world.project.id } })))));
    for (const secret of secrets) for (const text of [stored, shown]) expect(text).not.toContain(secret.slice(4));
  });

  it('can be made before signing is enabled, and enabling keeps it', async () => {
    await world.setProject({ signingSecret: null });
    const secret = await rotated('signing');
    expect(await purges()).toEqual([]);
    const { project, signing_secret } = await configure({ enable_signing: true });
    expect([project.enable_signing, signing_secret]).toEqual([true, undefined]);
    expect((await signed(secret)).headers.get('etag')).toBe(etag);
  });
});

describe('enabling signing', () => {
  it('shows a secret the first time, only then, and to one of two who ask at once', async () => {
    await world.setProject({ signingSecret: null });
    const two = await Promise.all([configure({ enable_signing: true }), configure({ enable_signing: true })]);
    const shown = two.map(({ signing_secret }) => signing_secret).filter(Boolean);
    expect(shown).toEqual([expect.stringMatching(/^mss_/)]);
    await configure({ enable_signing: false });
    expect((await configure({ enable_signing: true })).signing_secret).toBe(undefined);
    const path = signEmbed({ key: await currentKey(), secret: shown[0], src, exp: world.rt.clock.now() / 1000 + 60, ext: 'mp4' });
    expect((await world.get(path)).headers.get('etag')).toBe(etag);
  });

  it('and taking an origin off the list drop what the edge keeps; adding one and the like do not', async () => {
    await configure({ enable_signing: true });
    expect((await purges()).map(({ availableAt }) => availableAt.getTime() - world.rt.clock.now())).toEqual([0, SETTLED_MS]);
    for (const [body, count] of [[{ enable_signing: true }, 2], [{ enable_signing: false }, 4], [{ allowed_origins: ['https://acme.com', 'https://b.com'] }, 4], [{ default_mode: 'loop' }, 4], [{ allowed_origins: ['https://b.com'] }, 6]] as const) {
      world.rt.clock.advance(1000);
      await configure(body);
      expect(await purges(), JSON.stringify(body)).toHaveLength(count);
    }
  });
});

describe('rotating again within the day', () => {
  it('leaves every earlier one its own 24 hours', async () => {
    const keys = [await currentKey()];
    for (let hour = 1; hour <= 3; hour++) {
      keys.push(await rotated('proxy'));
      world.rt.clock.advance(3_600_000);
    }
    const statuses = async () => (await Promise.all(keys.map((key) => view(key)))).map(({ status }) => status);
    expect(await statuses()).toEqual([200, 200, 200, 200]);
    world.rt.clock.advance(DAY_MS - 3 * 3_600_000);
    expect(await statuses()).toEqual([403, 200, 200, 200]);
    world.rt.clock.advance(3_600_000);
    expect(await statuses()).toEqual([403, 403, 200, 200]);
    const { retired } = await read(await call(readKeys, { cookie, params: { id: world.project.id } }));
    expect(retired).toEqual([{ which: 'proxy', proxy_key: keys[2], valid_until: world.rt.clock.now() + 3_600_000 }]);
  });

  it('is done ten times a kind, also when asked all at once; then it is a 429 that says when it goes on', async () => {
    const first = await currentKey();
    const answers = await Promise.all(Array.from({ length: 12 }, () => turn('proxy')));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(10).fill(200), 429, 429]);
    expect((await view(first)).status).toBe(200);
    expect(await world.rt.db.retiredKey.count()).toBe(10);
    const refused = answers.find(({ status }) => status === 429)!;
    expect(refused.headers.get('retry-after')).toBe('86400');
    expect(await refused.json()).toMatchObject({ error: 'rate limited', retry_after_ms: DAY_MS });
    expect((await turn('signing')).status).toBe(200);
    world.rt.clock.advance(DAY_MS);
    expect((await turn('proxy')).status).toBe(200);
  });
});

describe('the paths an asset is known by', () => {
  it('are those of every key and secret that still works', async () => {
    await world.setProject({ signingSecret: null });
    const paths = () => embedPathsOf(world.rt, assetId);
    const old = await currentKey();
    expect(await paths()).toEqual(['mp4', 'jpg'].map((ext) => `/v1/${old}/acme.com/hero.png.${ext}`));

    const { signing_secret: first } = await configure({ enable_signing: true });
    const secrets = [first, await rotated('signing')];
    const keys = [old, await rotated('proxy')];
    expect((await paths()).length).toBe(keys.length * (1 + secrets.length) * 2);
    for (const key of keys) {
      for (const secret of secrets) {
        const path = signEmbed({ key, secret, src, exp: 4_102_444_800, ext: 'mp4' });
        expect(await paths()).toContain(path);
        expect((await world.get(path)).status).toBe(200);
      }
    }
    const { asset } = await read(await call(getAsset, { cookie, params: { id: assetId } }));
    for (const url of [asset.embed_url, asset.poster_url]) expect(await paths()).toContain(url.slice('http://localhost:3000'.length));
    await relayBatch(world.rt, carry);
    await carry(world.rt, { kind: 'edge.purge', assetId, generationId: etag.slice(1, -1) });
    expect(purged.at(-1)).toEqual({ tag: `motioness-${assetId}`, paths: await paths() });

    world.rt.clock.advance(DAY_MS);
    expect((await paths()).length).toBe(1 * 2 * 2);
    expect(await embedPathsOf(world.rt, '0'.repeat(16))).toEqual([]);
  });
});

describe('who may rotate', () => {
  it('is the owner: 401 signed out, 404 for anyone else and before any 400', async () => {
    const before = await currentKey();
    const other = (await signUpUser()).cookie;
    expect((await call(rotate, { method: 'POST', path: '/?which=proxy', body: {}, params: { id: world.project.id } })).status).toBe(401);
    for (const which of ['proxy', 'nonsense']) expect(await read(await turn(which, other))).toMatchObject({ status: 404, error: 'not found' });
    expect((await turn('proxy', cookie, 'prj_none')).status).toBe(404);
    expect((await call(readKeys, { cookie: other, params: { id: world.project.id } })).status).toBe(404);
    expect(await currentKey()).toBe(before);
  });

  it.each(['/', '/?which=', '/?which=both', '/?which=proxy&more=1'])('%s is a 400', async (path) => {
    const answer = await read(await call(rotate, { method: 'POST', path, body: {}, cookie, params: { id: world.project.id } }));
    expect(answer).toMatchObject({ status: 400, code: 'validation_failed' });
  });

  it('is not another site', async () => {
    const answer = await call(rotate, { method: 'POST', path: '/?which=proxy', body: {}, cookie, params: { id: world.project.id }, headers: { origin: 'https://evil.com' } });
    expect(answer.status).toBe(403);
  });
});
