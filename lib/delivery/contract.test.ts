import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import sharp from 'sharp';
import { GET as getAsset } from '@/app/api/assets/[id]/route';
import { PUT as proxyConfig } from '@/app/api/projects/[id]/proxy-config/route';
import { call, cookieFor, read } from '@/test/support/call';
import { publicEvents } from '../events/events-handlers';
import { localMedia } from '../generation/local/local-media';
import { closeRenderer } from '../render';
import { makeWorld, mounts, startServer, type World } from './test-world';

// The tables of reference 5 and 6, and spec 2, as every answer shows them.
afterAll(() => closeRenderer());

describe.each(mounts)('through %s', (mount) => {
  let world: World;
  let pictures: Awaited<ReturnType<typeof startServer>>;
  let clipId: string;
  let failedId: string;
  let etag: string;

  const body: Record<string, Buffer | string> = { '/svg': '<svg xmlns="http://www.w3.org/2000/svg"/>', '/large': Buffer.alloc(10 * 1024 * 1024 + 1) };

  beforeAll(async () => {
    world = await makeWorld({ ALLOW_PRIVATE_NETWORK: '1' }, mount);
    pictures = await startServer((req, res) => res.end(body[req.url!] ?? world.png));
    await world.setProject({ allowedOrigins: ['https://acme.com', `http://${pictures.host}`] });
    clipId = await world.mint('https://acme.com/clip.png');
    etag = `"${await world.finish(clipId, Buffer.alloc(100))}"`;
    failedId = await world.mint('https://acme.com/failed.png');
    await world.fail(failedId);
  });
  afterAll(async () => {
    await pictures.close();
    await world.close();
  });
  beforeEach(() => world.rt.clock.advance(61_000));

  const here = (name: string) => `${encodeURIComponent(`http://${pictures.host}/${name}`)}`;
  const usedUp = async (work: () => Promise<Response>) => {
    await world.rt.db.user.update({ where: { id: world.userId }, data: { tier: 'free' } });
    await world.rt.db.monthlyUsage.updateMany({ data: { used: 5, charged: 5, refunded: 0 } });
    return work().finally(() => world.rt.db.user.update({ where: { id: world.userId }, data: { tier: 'team' } }));
  };
  const closed = async (work: () => Promise<Response>) => {
    await world.setProject({ mintLimitPerMinute: 0 });
    return work().finally(() => world.setProject({ mintLimitPerMinute: 30 }));
  };

  type Ask = (headers: Record<string, string>) => Promise<Response>;
  const at = (rest: () => string, method = 'GET', more: () => Record<string, string> = () => ({})): Ask => (headers) => world.get(world.path(rest()), { ...headers, ...more() }, method);
  const events = (key: () => string, id: () => string, method = 'GET'): Ask => async (headers) => {
    const stop = new AbortController();
    const req = new Request(`http://localhost:3000/v1/${key()}/events/${id()}`, { method, headers, signal: stop.signal });
    const answer = await publicEvents(req, { params: Promise.resolve({ key: key(), assetId: id() }) });
    stop.abort();
    return answer;
  };
  const key = () => world.project.proxyKey;

  const table: Array<[status: number, what: string, ask: Ask, body?: object]> = [
    [200, 'a clip', at(() => 'acme.com/clip.png.mp4')],
    [200, 'a poster', at(() => 'acme.com/clip.png.jpg')],
    [200, 'a poster before the clip', at(() => `${here('poster.png')}.jpg`)],
    [200, 'a stream of events', events(key, () => clipId)],
    [202, 'a clip that is being made', at(() => `${here('new.png')}.mp4`), { status: 'pending', asset_id: expect.stringMatching(/^[0-9a-f]{16}$/), eta_seconds: expect.any(Number) }],
    [204, 'a preflight', at(() => 'acme.com/clip.png.mp4', 'OPTIONS')],
    [204, 'a preflight of events', events(key, () => clipId, 'OPTIONS')],
    [206, 'a range', at(() => 'acme.com/clip.png.mp4', 'GET', () => ({ range: 'bytes=0-1' }))],
    [304, 'what the client has', at(() => 'acme.com/clip.png.mp4', 'GET', () => ({ 'if-none-match': etag }))],
    [400, 'a bad parameter', at(() => 'acme.com/clip.png.mp4?dur=1'), { error: 'Validation failed', code: 'validation_failed' }],
    [400, 'a malformed URL', at(() => 'acme.com/clip.png.gif'), { code: 'validation_failed' }],
    [403, 'an unknown key', (headers) => world.get('/v1/pk_no/acme.com/clip.png.mp4', headers), { error: 'unknown project key' }],
    [403, 'an unknown key of events', events(() => 'pk_no', () => clipId), { error: 'unknown project key' }],
    [403, 'a source that is not listed', at(() => 'evil.com/a.png.mp4'), { error: 'origin not in allowlist' }],
    [404, 'an upload that is not there', at(() => `uploads/${world.userId}/none.png.mp4`), { error: 'not found' }],
    [404, 'HEAD of a clip nobody made', at(() => 'acme.com/nobody.png.mp4', 'HEAD')],
    [404, 'events of no asset', events(key, () => '0'.repeat(16)), { error: 'not found' }],
    [405, 'another method', at(() => 'acme.com/clip.png.mp4', 'POST'), { code: 'method_not_allowed' }],
    [405, 'another method of events', events(key, () => clipId, 'POST'), { code: 'method_not_allowed' }],
    [412, 'a failed condition', at(() => 'acme.com/clip.png.mp4', 'GET', () => ({ 'if-match': '"x"' }))],
    [413, 'a source over 10 MB', at(() => `${here('large')}.mp4`), { error: 'file exceeds 10 MB limit' }],
    [415, 'a source that is no png, jpg or webp', at(() => `${here('svg')}.mp4`), { error: 'unsupported type: image/svg+xml' }],
    [416, 'a range outside', at(() => 'acme.com/clip.png.mp4', 'GET', () => ({ range: 'bytes=100-' })), { code: 'range_not_satisfiable' }],
    [429, 'the mint limit', (headers) => closed(() => at(() => `${here('limit.png')}.mp4`)(headers)), { error: 'rate limited', code: 'mint_limited', retry_after_ms: expect.any(Number) }],
    [429, 'a used-up month', (headers) => usedUp(() => at(() => `${here('quota.png')}.mp4`)(headers)), { error: 'monthly limit reached', upgrade_url: 'http://localhost:3000/pricing' }],
    [502, 'a clip that could not be made', at(() => 'acme.com/failed.png.mp4'), { error: 'last generation failed', asset_id: expect.any(String), hint: expect.stringMatching(/^POST \/api\/v1\/regenerate\//) }],
  ];

  describe('every answer of the embed URL and its events', () => {
    it.each(table)('%i, %s: request id, CORS, caching and words', async (status, _what, ask, words) => {
      const answer = await ask({ 'x-request-id': 'viewer_42-x' });
      const header = (name: string) => answer.headers.get(name);
      expect([answer.status, header('x-request-id'), header('access-control-allow-origin')]).toEqual([status, 'viewer_42-x', '*']);
      expect(header('access-control-expose-headers')).toContain('X-Request-Id');
      expect(header('x-content-type-options')).toBe('nosniff');
      const kept = [200, 206, 304].includes(status) && header('content-type') !== 'text/event-stream; charset=utf-8';
      if (kept) expect(header('cache-control')).toBe('public, max-age=0, must-revalidate');
      else expect([header('cache-control')?.split(',')[0], header('cdn-cache-control')]).toEqual([expect.stringMatching(/^no-(store|cache)$/), null]);
      if (status === 202 || status === 429) expect(Number(header('retry-after')) > 0 || words && 'upgrade_url' in words).toBe(true);
      if ([202, 502].includes(status) || (words && 'upgrade_url' in words)) expect(header('x-motioness-asset-id')).toMatch(/^[0-9a-f]{16}$/);
      if (words) expect(await answer.json()).toMatchObject(words);
      else await answer.body?.cancel();
      for (const bad of ['abc', 'x'.repeat(65), 'no spaces', 'ünïcode', '']) {
        const other = await ask({ 'x-request-id': bad });
        await other.body?.cancel();
        expect(other.headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{8}$/);
      }
    });
  });

  describe('the identity of an embed URL', () => {
    const idOf = async (rest: string, headers: Record<string, string> = {}) => (await world.get(world.path(rest), headers)).headers.get('x-motioness-asset-id');

    it('is moved by each content parameter, and by its mere presence', async () => {
      const queries = ['', 'motion=medium', 'motion=subtle', 'mode=loop', 'dur=4', 'prompt=x', 'seed=0', 'aspect=preserve', 'aspect=1:1', 'idem=1', 'idem=2', 'idem=1&seed=0'];
      const ids = await Promise.all(queries.map((query) => idOf(`${here('id.png')}.jpg?${query}`)));
      expect(ids).not.toContain(null);
      expect(new Set(ids).size).toBe(queries.length);
    });

    it('is not moved by wait_ms, sig, exp, others, the order of parameters, or how idem came', async () => {
      const ids = [
        await idOf('acme.com/clip.png.mp4'), await idOf('acme.com/clip.png.mp4?wait_ms=5'), await idOf('acme.com/clip.png.mp4?sig=00&exp=1'), await idOf('acme.com/clip.png.mp4?sig=1&sig=2&exp=x'), await idOf('acme.com/clip.png.mp4?utm_source=x'),
      ];
      expect(new Set(ids)).toEqual(new Set([clipId]));
      const variant = await world.mint('https://acme.com/clip.png', { idem: 'q3', dur: 2 });
      expect([await idOf('acme.com/clip.png.mp4?idem=q3&dur=2'), await idOf('acme.com/clip.png.mp4?dur=2&idem=q3'), await idOf('acme.com/clip.png.mp4?dur=2', { 'idempotency-key': 'q3' })]).toEqual([variant, variant, variant]);
    });

    it('and what was made stay when the project’s defaults change', async () => {
      const cookie = await cookieFor(world.userId);
      await call(proxyConfig, { method: 'PUT', body: { default_motion: 'kinetic', default_mode: 'animate-in', default_dur_seconds: 8 }, cookie, params: { id: world.project.id } });
      const answer = await world.get(world.path('acme.com/clip.png.mp4'));
      expect([answer.headers.get('x-motioness-asset-id'), answer.headers.get('etag')]).toEqual([clipId, etag]);
      const { asset } = await read(await call(getAsset, { cookie, params: { id: clipId } }));
      expect(asset).toMatchObject({ motion: 'medium', mode: 'loop', dur_seconds: 4, blur_data_url: 'data:,' });
    });

    it('is of a source of up to 2,048 characters, and 4,096 in the path', async () => {
      const long = `acme.com/${'x'.repeat(2048 - 'https://acme.com/'.length)}`;
      expect((await world.get(world.path(`${long}.mp4`), {}, 'HEAD')).status).toBe(404);
      expect((await world.get(world.path(`${long}x.mp4`), {}, 'HEAD')).status).toBe(400);
      expect((await world.get(world.path(`acme.com/${'%20'.repeat(1363)}.mp4`), {}, 'HEAD')).status).toBe(400);
    });
  });

  describe('a poster', () => {
    it('before the clip is the source’s own picture, in the aspect that was asked for', async () => {
      const half = (background: string) => sharp({ create: { width: 400, height: 450, channels: 3, background } }).png().toBuffer();
      body['/halves.png'] = await sharp({ create: { width: 800, height: 450, channels: 3, background: '#000' } })
        .composite([{ input: await half('#c02020'), left: 0, top: 0 }, { input: await half('#2040c0'), left: 400, top: 0 }])
        .png()
        .toBuffer();
      world.rt.media = { ...world.rt.media, poster: localMedia.poster };
      for (const [query, aspect] of [['', 800 / 450], ['?aspect=1:1', 1], ['?aspect=9:16', 9 / 16]] as const) {
        const answer = await world.get(world.path(`${here('halves.png')}.jpg${query}`));
        expect(answer.headers.get('content-type')).toBe('image/jpeg');
        const { data, info } = await sharp(Buffer.from(await answer.arrayBuffer())).raw().toBuffer({ resolveWithObject: true });
        expect(info.width / info.height).toBeCloseTo(aspect, 1);
        const pixel = (x: number) => [...data.subarray((Math.floor(info.height / 2) * info.width + x) * 3).subarray(0, 3)];
        const [left, right] = [pixel(4), pixel(info.width - 5)];
        expect([left[0]! > 150 && left[2]! < 80, right[2]! > 150 && right[0]! < 80], `${query} ${left} ${right}`).toEqual([true, true]);
      }
    });
  });
});
