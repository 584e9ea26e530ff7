import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { transaction } from '../database/transaction';
import { acceptGeneration } from '../generation/accept-generation';
import { makeWorld, mounts, type World } from './test-world';

describe.each(mounts)('through %s', (mount) => {
  let world: World;
  let assetId: string;
  let generationId: string;
  const clip = randomBytes(600_000);
  const src = 'https://cdn.acme.com/hero.png';
  const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer());

  beforeAll(async () => {
    world = await makeWorld({}, mount);
    await world.setProject({ allowedOrigins: ['https://acme.com'] });
    assetId = await world.mint(src);
    generationId = await world.finish(assetId, clip);
  });
  afterAll(() => world.close());

  const hero = (headers?: Record<string, string>, method?: string) => world.get(world.path('cdn.acme.com/hero.png.mp4'), headers, method);
  const regenerate = (id: string) =>
    transaction(world.rt, async (tx, wake) => {
      const asset = await tx.asset.findUniqueOrThrow({ where: { id }, include: { project: { include: { owner: true } } } });
      await acceptGeneration(world.rt, tx, wake, { asset, project: asset.project, owner: asset.project.owner, given: {}, requestId: 'req_again' });
    });

  describe('a finished clip', () => {
    it('is served whole with every header of the contract', async () => {
      const answer = await hero({ 'x-request-id': 'abcd-1' });
      expect(answer.status).toBe(200);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'content-type': 'video/mp4',
        'content-length': '600000',
        'accept-ranges': 'bytes',
        etag: `"${generationId}"`,
        'last-modified': 'Wed, 14 Oct 2026 12:00:00 GMT',
        'cache-control': 'public, max-age=0, must-revalidate',
        'cdn-cache-control': 'public, max-age=31536000',
        'cache-tag': `motioness-${assetId},motioness-${world.project.id}`,
        'surrogate-key': `motioness-${assetId} motioness-${world.project.id}`,
        'x-motioness-asset-id': assetId,
        'x-motioness-stage': 'ready',
        'x-motioness-generation': '1',
        'x-motioness-loop': 'native',
        'x-motioness-mode': 'loop',
        'access-control-allow-origin': '*',
        'x-content-type-options': 'nosniff',
        'x-request-id': 'abcd-1',
      });
      for (const name of ['X-Motioness-Generation', 'X-Motioness-Mode']) expect(answer.headers.get('access-control-expose-headers')).toContain(name);
      expect((await bytesOf(answer)).equals(clip)).toBe(true);
    });

    it.each([
      ['bytes=0-99', 0, 99], ['bytes=100-', 100, 599_999], ['bytes=-7', 599_993, 599_999], ['bytes=0-', 0, 599_999], ['bytes=1000-400000', 1000, 400_000], ['bytes=599999-9999999', 599_999, 599_999],
    ])('gives %s as 206, byte for byte', async (range, start, end) => {
      const answer = await hero({ range });
      expect(answer.status).toBe(206);
      expect(answer.headers.get('content-range')).toBe(`bytes ${start}-${end}/600000`);
      expect(answer.headers.get('content-length')).toBe(String(end - start + 1));
      expect((await bytesOf(answer)).equals(clip.subarray(start, end + 1))).toBe(true);
    });

    it('answers 416 to a range outside of it', async () => {
      const answer = await hero({ range: 'bytes=600000-' });
      expect(answer.status).toBe(416);
      expect(answer.headers.get('content-range')).toBe('bytes */600000');
      expect(answer.headers.get('cache-control')).toBe('no-store');
    });

    it('is whole for broken and for several ranges', async () => {
      for (const range of ['bytes=9-1', 'lines=0-1', 'bytes=0-1,5-6']) expect((await hero({ range })).status).toBe(200);
    });

    it('is a 304 without a body for who has it', async () => {
      const answer = await hero({ 'if-none-match': `"x", W/"${generationId}"`, range: 'bytes=0-1' });
      expect(answer.status).toBe(304);
      expect(answer.headers.get('etag')).toBe(`"${generationId}"`);
      expect(answer.headers.get('cache-tag')).toBe(`motioness-${assetId},motioness-${world.project.id}`);
      expect(answer.headers.get('content-length')).toBe(null);
      expect(await answer.text()).toBe('');
      expect((await hero({ 'if-modified-since': 'Wed, 14 Oct 2026 12:00:00 GMT' })).status).toBe(304);
    });

    it('honours If-Range only for the same strong ETag', async () => {
      expect((await hero({ range: 'bytes=0-1', 'if-range': `"${generationId}"` })).status).toBe(206);
      expect((await hero({ range: 'bytes=0-1', 'if-range': '"gen_old"' })).status).toBe(200);
      expect((await hero({ range: 'bytes=0-1', 'if-range': `W/"${generationId}"` })).status).toBe(200);
    });

    it('answers 412 uncached when If-Match fails', async () => {
      const answer = await hero({ 'if-match': '"other"' });
      expect([answer.status, answer.headers.get('cache-control'), answer.headers.get('cdn-cache-control')]).toEqual([412, 'no-store', null]);
    });

    it('tells HEAD what GET would have, without a range', async () => {
      const answer = await hero({ range: 'bytes=0-1' }, 'HEAD');
      expect([answer.status, answer.headers.get('content-length'), answer.headers.get('etag')]).toEqual([200, '600000', `"${generationId}"`]);
      expect(await answer.text()).toBe('');
    });

    it('is not kept under the URL when a header chose it', async () => {
      await world.finish(await world.mint(src, { idem: 'ci-1' }), Buffer.from('by header'));
      const answer = await hero({ 'idempotency-key': 'ci-1' });
      expect([answer.status, await answer.text(), answer.headers.get('cache-control'), answer.headers.get('cdn-cache-control')]).toEqual([200, 'by header', 'no-store', null]);
      const same = await world.get(world.path('cdn.acme.com/hero.png.mp4?idem=ci-1'));
      expect([await same.text(), same.headers.get('cdn-cache-control')]).toEqual(['by header', 'public, max-age=31536000']);
    });

    it('has its poster under the .jpg, with a validator of its own', async () => {
      const jpg = world.path('cdn.acme.com/hero.png.jpg');
      const answer = await world.get(jpg);
      expect(await answer.clone().text()).toBe(`poster of ${generationId}`);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'content-type': 'image/jpeg', etag: `"${generationId}-poster"`, 'cache-control': 'public, max-age=0, must-revalidate', 'x-motioness-generation': '1', 'cache-tag': `motioness-${assetId},motioness-${world.project.id}`,
      });
      expect((await world.get(jpg, { 'if-none-match': `"${generationId}-poster"` })).status).toBe(304);
    });
  });

  describe('a regenerate', () => {
    it('leaves the old clip served until the flip, also when it fails; then the new one at the very next request', async () => {
      const id = await world.mint('https://cdn.acme.com/again.png');
      const first = await world.finish(id, Buffer.from('first'));
      const path = world.path('cdn.acme.com/again.png.mp4');
      const seen = async () => {
        const answer = await world.get(path);
        return [answer.status, await answer.text(), answer.headers.get('etag'), answer.headers.get('x-motioness-generation')];
      };
      await regenerate(id);
      expect(await seen()).toEqual([200, 'first', `"${first}"`, '1']);
      await world.fail(id);
      expect(await seen()).toEqual([200, 'first', `"${first}"`, '1']);
      await regenerate(id);
      const third = await world.finish(id, Buffer.from('third!'));
      expect(await seen()).toEqual([200, 'third!', `"${third}"`, '3']);
      expect((await world.get(path, { 'if-none-match': `"${first}"` })).status).toBe(200);
    });

    it('in the middle of a response does not mix into it', async () => {
      const id = await world.mint('https://cdn.acme.com/mid.png');
      const old = randomBytes(2_000_000);
      await world.finish(id, old);
      const answer = await world.get(world.path('cdn.acme.com/mid.png.mp4'));
      await regenerate(id);
      await world.finish(id, randomBytes(2_000_000));
      expect((await bytesOf(answer)).equals(old)).toBe(true);
    });
  });

  describe('an asset without a clip', () => {
    it('is a 202 that nobody keeps', async () => {
      const id = await world.mint('https://cdn.acme.com/pending.png');
      const answer = await world.get(world.path('cdn.acme.com/pending.png.mp4'));
      // The clips of this test took no time by its clock, so half a second, the least, is left.
      expect([answer.status, await answer.json()]).toEqual([202, { status: 'pending', asset_id: id, eta_seconds: 1 }]);
      expect(Object.fromEntries(answer.headers)).toMatchObject({ 'retry-after': '1', 'x-motioness-eta-ms': '500', 'x-motioness-stage': 'queued', 'x-motioness-mode': 'loop', 'x-motioness-asset-id': id, 'cache-control': 'no-store' });
      const head = await world.get(world.path('cdn.acme.com/pending.png.mp4'), {}, 'HEAD');
      expect([head.status, await head.text(), head.headers.get('retry-after')]).toEqual([202, '', '1']);
    });

    it('that failed is a 502 with the hint', async () => {
      const id = await world.mint('https://cdn.acme.com/failed.png');
      await world.fail(id);
      const answer = await world.get(world.path('cdn.acme.com/failed.png.mp4'));
      expect(answer.status).toBe(502);
      expect(await answer.json()).toMatchObject({ error: 'last generation failed', code: 'generation_failed', asset_id: id, hint: `POST /api/v1/regenerate/${id}` });
      expect(answer.headers.get('x-motioness-asset-id')).toBe(id);
      expect(answer.headers.get('cache-control')).toBe('no-store');
    });

    it('is waited for with wait_ms, and served the moment it is there', async () => {
      const id = await world.mint('https://cdn.acme.com/wait.png');
      const began = performance.now();
      const waiting = world.get(world.path('cdn.acme.com/wait.png.mp4?wait_ms=5000'));
      setTimeout(() => void world.finish(id, Buffer.from('soon')), 200);
      const answer = await waiting;
      expect([answer.status, await answer.text()]).toEqual([200, 'soon']);
      expect(performance.now() - began).toBeLessThan(900);
    });

    it('is waited for even when the wake-up is lost', async () => {
      const id = await world.mint('https://cdn.acme.com/deaf.png');
      const { bus } = world.rt;
      world.rt.bus = { ...bus, subscribe: () => () => {} };
      const waiting = world.get(world.path('cdn.acme.com/deaf.png.mp4?wait_ms=5000'));
      setTimeout(() => void world.finish(id, Buffer.from('soon')), 200);
      const answer = await waiting;
      world.rt.bus = bus;
      expect(answer.status).toBe(200);
    });

    it('is a 202 when the wait is over, and the wait ends with the client', async () => {
      await world.mint('https://cdn.acme.com/long.png');
      const path = world.path('cdn.acme.com/long.png.mp4');
      const began = performance.now();
      expect((await world.get(`${path}?wait_ms=300`)).status).toBe(202);
      expect(performance.now() - began).toBeGreaterThan(280);
      const { deliver } = await import('./deliver');
      const gone = performance.now();
      await deliver(new Request(`http://localhost:3000${path}?wait_ms=10000`, { signal: AbortSignal.timeout(100) }));
      expect(performance.now() - gone).toBeLessThan(1000);
    });
  });

  describe('who may not see it', () => {
    it.each([
      ['/v1/pk_nobody/cdn.acme.com/hero.png.mp4', 403, 'unknown project key'],
      ['/v1/%20/cdn.acme.com/hero.png.mp4', 403, 'unknown project key'],
    ])('%s is %i', async (path, status, error) => {
      const answer = await world.get(path);
      expect([answer.status, ((await answer.json()) as { error: string }).error, answer.headers.get('access-control-allow-origin')]).toEqual([status, error, '*']);
    });

    it.each(['evil.com/a.png', 'notacme.com/a.png', 'acme.com.evil.com/a.png', 'cdn.acme.com:8443/a.png', 'http%3A%2F%2Fcdn.acme.com%2Fa.png', 'uploads/usr_other/a.png'])(
      '%s is not in the allowlist, for clip and poster',
      async (source) => {
        for (const ext of ['mp4', 'jpg']) {
          const answer = await world.get(world.path(`${source}.${ext}`));
          expect([answer.status, ((await answer.json()) as { error: string }).error]).toEqual([403, 'origin not in allowlist']);
        }
      },
    );

    it('an asset its owner made passes without an entry; one the public made does not outlive its entry', async () => {
      await world.finish(await world.mint('https://other.example/a.png'), Buffer.from('x'));
      expect((await world.get(world.path('other.example/a.png.mp4'))).status).toBe(200);
      await world.finish(await world.mint('https://third.example/a.png', {}, 'embed'), Buffer.from('x'));
      expect((await world.get(world.path('third.example/a.png.mp4'))).status).toBe(403);
    });

    it('a key that the project no longer has stops at once', async () => {
      const path = world.path('cdn.acme.com/hero.png.mp4');
      expect((await world.get(path)).status).toBe(200);
      await world.setProject({ proxyKey: 'pk_new' });
      expect((await world.get(path)).status).toBe(403);
      await world.setProject({ proxyKey: world.project.proxyKey });
      expect((await world.get(path)).status).toBe(200);
    });

    it.each([
      ['motion=wild', 'motion'], ['motion=', 'motion'], ['motion=subtle&motion=subtle', 'motion'], ['mode=once', 'mode'], ['dur=1', 'dur'], ['dur=9', 'dur'], ['dur=4.5', 'dur'], ['dur=', 'dur'], ['dur=0x4', 'dur'],
      ['prompt=', 'prompt'], ['prompt=%20', 'prompt'], ['prompt=%00', 'prompt'], [`prompt=${'x'.repeat(501)}`, 'prompt'], ['seed=-1', 'seed'], ['seed=2147483648', 'seed'], ['seed=abc', 'seed'],
      ['aspect=4:3', 'aspect'], ['idem=', 'idem'], ['idem=%00', 'idem'], ['wait_ms=10001', 'wait_ms'], ['wait_ms=-1', 'wait_ms'], ['wait_ms=x', 'wait_ms'],
    ])('?%s is a 400 that names %s', async (query, name) => {
      const answer = await world.get(world.path(`cdn.acme.com/hero.png.mp4?${query}`));
      expect(answer.status).toBe(400);
      expect(((await answer.json()) as { details: { fieldErrors: object } }).details.fieldErrors).toHaveProperty([name]);
    });

    it('unknown parameters change nothing', async () => {
      expect((await world.get(world.path('cdn.acme.com/hero.png.mp4?utm_source=x&v=2'))).headers.get('etag')).toBe(`"${generationId}"`);
    });

    it.each(['a.png', 'cdn.acme.com/a.png', 'cdn.acme.com/a.png.gif', 'cdn.acme.com/a.png.MP4', '.mp4', 'user@cdn.acme.com/a.png.mp4', '%zz.mp4', 'a%20b/c.png.mp4', 'uploads/x.mp4', 'localhost:3000/v1/k/a.b/c.jpg.mp4', 'cdn.acme.com/hero.png.mp4?prompt=%ED%A0%80'])(
      'the malformed %s is a 400',
      async (rest) => expect((await world.get(world.path(rest))).status).toBe(400),
    );

    it('other methods are a 405, a preflight is answered', async () => {
      expect((await hero({}, 'POST')).status).toBe(405);
      const preflight = await hero({ 'access-control-request-method': 'GET' }, 'OPTIONS');
      expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
      expect(preflight.headers.get('access-control-allow-headers')).toContain('Range');
    });
  });
});
