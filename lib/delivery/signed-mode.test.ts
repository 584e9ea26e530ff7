import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { POST as rotate } from '@/app/api/projects/[id]/keys/rotate/route';
import { PUT as proxyConfig } from '@/app/api/projects/[id]/proxy-config/route';
import { GET as getAsset } from '@/app/api/assets/[id]/route';
import { POST as prepare } from '@/app/api/v1/prepare/route';
import { call, cookieFor, read } from '@/test/support/call';
import type { ExplicitParams } from '../assets/params';
import { hotEmbeds } from './hot-embeds';
import { signEmbed } from './sign-embed';
import { makeWorld, mounts, startServer, type World } from './test-world';

describe.each(mounts)('through %s', (mount) => {
  let world: World;
  let cookie: string;
  let secret: string;
  let pictures: Awaited<ReturnType<typeof startServer>>;
  const HOUR_S = 3600;
  const nowS = () => world.rt.clock.now() / 1000;

  beforeAll(async () => {
    world = await makeWorld({ ALLOW_PRIVATE_NETWORK: '1' }, mount);
    pictures = await startServer((_req, res) => res.end(world.png));
    cookie = await cookieFor(world.userId);
    ({ signing_secret: secret } = await configure({ enable_signing: true }));
  });
  afterAll(async () => {
    await pictures.close();
    await world.close();
  });
  beforeEach(() => world.rt.clock.advance(61_000)); // a fresh minute for every limit

  const configure = async (body: object) => read(await call(proxyConfig, { method: 'PUT', body, cookie, params: { id: world.project.id } }));
  interface Ask { params?: ExplicitParams; exp?: number; ext?: 'mp4' | 'jpg'; with?: string }
  const signed = (src: string, { params, exp = nowS() + HOUR_S, ext = 'mp4', with: other = secret }: Ask = {}) =>
    signEmbed({ key: world.project.proxyKey, secret: other, src, exp, ext, params });
  const told = async (answer: Response) => [answer.status, ((await answer.json()) as { error: string }).error];
  const refused = [403, 'invalid signature'];
  const clipOf = async (src: string, params: ExplicitParams = {}) => world.finish(await world.mint(src, params, 'embed'), Buffer.from(`clip of ${src}`));

  let count = 0;
  const fresh = () => `http://${pictures.host}/s${++count}.png`;

  describe('a signed URL', () => {
    it.each(['https://acme.com/a.png', 'http://acme.com/a.png', 'https://acme.com/i?w=1&h=2#top', 'https://Acme.com:443/ä/日本 🎬.png?q=é', 'https://acme.com/a//b/%3F.png', 'https://acme.com/x.mp4'])(
      'of %s is answered, whatever the allowlist says, as the one asset of that source',
      async (text) => {
        const src = new URL(text.replace(/#.*/, '')).href;
        const id = await clipOf(src);
        const answer = await world.get(signed(text));
        expect([answer.status, await answer.text(), answer.headers.get('etag')]).toEqual([200, `clip of ${src}`, `"${id}"`]);
      },
    );

    it('is told by HEAD and by its poster too, and those never cost', async () => {
      const src = fresh();
      const before = [await world.rt.db.asset.count(), (await world.rt.db.monthlyUsage.findFirst())?.used];
      expect((await world.get(signed(src), {}, 'HEAD')).status).toBe(404);
      expect((await world.get(signed(src, { ext: 'jpg' }), {}, 'HEAD')).status).toBe(200);
      expect((await world.get(signed(src, { ext: 'jpg' }))).headers.get('content-type')).toBe('image/jpeg');
      expect([await world.rt.db.asset.count(), (await world.rt.db.monthlyUsage.findFirst())?.used]).toEqual(before);
    });

    it('starts an asset nobody has asked for, also with a prompt where the public may not choose one', async () => {
      await world.setProject({ publicVariants: 'defaults' });
      const src = fresh();
      const answer = await world.get(signed(src, { params: { prompt: 'pan left & up ~*é', seed: 7, idem: 'a b', dur: 3 } }));
      expect(answer.status).toBe(202);
      const asset = await world.rt.db.asset.findUniqueOrThrow({ where: { id: answer.headers.get('x-motioness-asset-id')! } });
      expect(asset).toMatchObject({ src, prompt: 'pan left & up ~*é', seed: 7, durSeconds: 3, mintedBy: 'embed' });
      await world.setProject({ publicVariants: 'any' });
    });

    it('reads an upload by its whole URL', async () => {
      const key = `${world.userId}/s.png`;
      await world.rt.db.upload.create({ data: { key, userId: world.userId, name: 'x.png', contentType: 'image/png', bytes: 1, width: 320, height: 256 } });
      await clipOf(`upload:${key}`);
      const answer = await world.get(signed(`http://localhost:3000/uploads/${key}`));
      expect(await answer.text()).toBe(`clip of upload:${key}`);
      const { asset } = await read(await call(getAsset, { cookie, params: { id: answer.headers.get('x-motioness-asset-id')! } }));
      expect((await world.get(pathOf(asset.embed_url))).headers.get('etag')).toBe(answer.headers.get('etag'));
      expect(await told(await world.get(world.path(`uploads/${key}.mp4`)))).toEqual(refused);
    });

    it('takes sig in either case, and any order of parameters; sig, exp and wait_ms are no part of the identity', async () => {
      const src = 'https://acme.com/order.png';
      const id = await clipOf(src, { motion: 'subtle', dur: 4 });
      const url = new URL(signed(src, { params: { motion: 'subtle', dur: 4 } }), 'http://x');
      const { sig, exp } = Object.fromEntries(url.searchParams) as { sig: string; exp: string };
      const etag = `"${id}"`;
      for (const query of [`sig=${sig.toUpperCase()}&motion=subtle&exp=${exp}&dur=4`, `dur=4&wait_ms=100&utm_source=x&exp=${exp}&motion=subtle&sig=${sig}`]) {
        expect((await world.get(`${url.pathname}?${query}`)).headers.get('etag')).toBe(etag);
      }
      const later = await world.get(signed(src, { params: { motion: 'subtle', dur: 4 }, exp: nowS() + 5 * HOUR_S }));
      expect(later.headers.get('etag')).toBe(etag);
    });

    it('with a malformed source or parameter is still a 400', async () => {
      for (const src of ['https://u:p@acme.com/a.png', 'http://', 'upload:nobody', `https://acme.com/${'x'.repeat(2048)}`]) expect((await world.get(signed(src))).status, src).toBe(400);
      expect((await world.get(signed('https://acme.com/a.png', { params: { dur: 9 } }))).status).toBe(400);
    });
  });

  describe('what the signature does not cover is refused', () => {
    const src = 'https://acme.com/covered.png';
    let base: URL;
    beforeAll(async () => {
      await world.finish(await world.mint(src), Buffer.from('made by the owner'));
      await clipOf(src, { motion: 'subtle' });
      base = new URL(signed(src, { params: { motion: 'subtle' }, exp: nowS() + 9 * HOUR_S }), 'http://x');
    });
    const changed = (change: (url: URL) => void) => {
      const url = new URL(base);
      change(url);
      return url.pathname + url.search;
    };

    it.each(['seed', 'prompt', 'idem', 'mode', 'aspect', 'dur'])('an added %s', async (name) => {
      const value = { seed: '1', prompt: 'x', idem: 'x', mode: 'loop', aspect: '1:1', dur: '4' }[name]!;
      expect(await told(await world.get(changed((url) => url.searchParams.set(name, value))))).toEqual(refused);
    });

    it.each<[string, (url: URL) => void]>([
      ['a changed parameter', (url) => url.searchParams.set('motion', 'kinetic')],
      ['a dropped parameter', (url) => url.searchParams.delete('motion')],
      ['a later exp', (url) => url.searchParams.set('exp', String(Number(url.searchParams.get('exp')) + 1))],
      ['an exp written otherwise', (url) => url.searchParams.set('exp', `0${url.searchParams.get('exp')}`)],
      ['no exp', (url) => url.searchParams.delete('exp')],
      ['no sig', (url) => url.searchParams.delete('sig')],
      ['two sigs', (url) => url.searchParams.append('sig', url.searchParams.get('sig')!)],
      ['an empty sig', (url) => url.searchParams.set('sig', '')],
      ['a short sig', (url) => url.searchParams.set('sig', url.searchParams.get('sig')!.slice(0, 62))],
      ['a long sig', (url) => url.searchParams.set('sig', `${url.searchParams.get('sig')}00`)],
      ['a sig that is no hex', (url) => url.searchParams.set('sig', 'z'.repeat(64))],
      ['another source', (url) => void (url.pathname = `/v1/${world.project.proxyKey}/${Buffer.from('https://acme.com/other.png').toString('base64url')}.mp4`)],
      ['the plain form of its source', (url) => void (url.pathname = `/v1/${world.project.proxyKey}/acme.com/covered.png.mp4`)],
    ])('%s', async (_name, change) => {
      expect((await world.get(changed(() => {}))).status).toBe(200);
      expect(await told(await world.get(changed(change)))).toEqual(refused);
    });

    it('an Idempotency-Key that was not signed; one that was is answered, and kept by nobody', async () => {
      expect(await told(await world.get(signed(src), { 'idempotency-key': 'x' }))).toEqual(refused);
      await clipOf(src, { idem: 'x' });
      const exp = nowS() + HOUR_S;
      const sig = createHmac('sha256', secret).update(`${world.project.proxyKey}:${src}:${exp}:idem=x`).digest('hex');
      const path = `/v1/${world.project.proxyKey}/${Buffer.from(src).toString('base64url')}.mp4?exp=${exp}&sig=${sig}`;
      const answer = await world.get(path, { 'idempotency-key': 'x' });
      expect([answer.status, answer.headers.get('cache-control'), answer.headers.get('cdn-cache-control')]).toEqual([200, 'no-store', null]);
      expect(await told(await world.get(path))).toEqual(refused);
    });

    it('an owner’s own asset without a signature, clip and poster, by GET and by HEAD', async () => {
      for (const ext of ['mp4', 'jpg']) {
        for (const method of ['GET', 'HEAD']) {
          const answer = await world.get(world.path(`acme.com/covered.png.${ext}`), {}, method);
          expect([answer.status, answer.headers.get('cache-control'), answer.headers.get('access-control-allow-origin')]).toEqual([403, 'no-store', '*']);
        }
      }
    });

    it('another secret, and another project’s', async () => {
      expect(await told(await world.get(signed(src, { with: `${secret}x` })))).toEqual(refused);
      const key = { id: 'prj_2', name: '2', proxyKey: 'pk_2', ownerId: world.userId };
      await world.rt.db.project.create({ data: key });
      const { signing_secret: other } = await read(await call(proxyConfig, { method: 'PUT', body: { enable_signing: true }, cookie, params: { id: 'prj_2' } }));
      expect(await told(await world.get(signed(src, { with: other })))).toEqual(refused);
      expect(await told(await world.get(signEmbed({ key: 'pk_2', secret, src, exp: nowS() + 9, ext: 'mp4' })))).toEqual(refused);
    });
  });

  describe('the end of a signature', () => {
    const src = 'https://acme.com/end.png';
    beforeAll(() => clipOf(src));

    it('is its exp, to the millisecond; then it is a 403 that says so', async () => {
      const exp = Math.floor(nowS()) + 100;
      const url = signed(src, { exp });
      world.rt.clock.set(exp * 1000 - 1);
      expect((await world.get(url)).status).toBe(200);
      world.rt.clock.set(exp * 1000);
      const answer = await world.get(url);
      expect(await answer.json()).toMatchObject({ error: 'signature expired', code: 'signature_expired' });
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([403, 'no-store']);
      expect(await told(await world.get(`${url.slice(0, -4)}0000`)), 'nobody learns by guessing').toEqual(refused);
    });

    it('is the end of what an edge may keep, of clip and poster alike', async () => {
      const seconds = async (ext: 'mp4' | 'jpg', exp: number, headers = {}) => (await world.get(signed(src, { ext, exp }), headers)).headers.get('cdn-cache-control');
      const now = Math.floor(nowS());
      world.rt.clock.set(now * 1000 + 400);
      for (const ext of ['mp4', 'jpg'] as const) {
        expect(await seconds(ext, now + 100)).toBe('public, max-age=99, must-revalidate');
        expect(await seconds(ext, now + 1)).toBe('public, max-age=0, must-revalidate');
        expect(await seconds(ext, now + 10 * 31_536_000)).toBe('public, max-age=31536000');
      }
      const etag = (await world.get(signed(src))).headers.get('etag')!;
      expect(await seconds('mp4', now + 100, { 'if-none-match': etag }), 'a 304 renews what is kept').toBe('public, max-age=99, must-revalidate');
    });
  });

  describe('the owner', () => {
    it('is given an embed URL that works and stays the same', async () => {
      const src = fresh();
      const body = { project_id: world.project.id, src, prompt_override: 'pan ~left* é', dur_seconds: 3 };
      const made = await read(await call(prepare, { method: 'POST', body, cookie }));
      expect((await world.get(pathOf(made.embed_url))).status).toBe(202);
      expect((await world.get(pathOf(made.poster_url))).status).toBe(200);
      await world.finish(made.asset_id, Buffer.from('mine'));
      world.rt.clock.advance(40 * 86_400_000);
      const { asset } = await read(await call(getAsset, { cookie: await cookieFor(world.userId), params: { id: made.asset_id } }));
      expect([asset.embed_url, asset.poster_url]).toEqual([made.embed_url, made.poster_url]);
      expect(await (await world.get(pathOf(asset.embed_url))).text()).toBe('mine');
    });

    it('whose server changed its own secret is refused, not failed, until the signing secret is rotated', async () => {
      const { rt } = world;
      const before = rt.secret;
      const src = 'https://acme.com/end.png';
      const id = (await world.get(signed(src))).headers.get('x-motioness-asset-id')!;
      rt.secret = 'another secret of the server';
      rt.hot.embeds = hotEmbeds(); // the server was started again
      expect(await told(await world.get(signed(src)))).toEqual(refused);
      const session = await cookieFor(world.userId);
      const embedUrl = async () => pathOf((await read(await call(getAsset, { cookie: session, params: { id } }))).asset.embed_url);
      expect((await world.get(await embedUrl())).status).toBe(403);
      const { signing_secret: fresh } = await read(await call(rotate, { method: 'POST', path: '/?which=signing', body: {}, cookie: session, params: { id: world.project.id } }));
      expect((await world.get(signed(src, { with: fresh }))).status).toBe(200);
      expect((await world.get(await embedUrl())).status).toBe(200);
      rt.secret = before;
    });
  });

  describe('in allowlist mode', () => {
    beforeAll(async () => void (await world.setProject({ enableSigning: false, allowedOrigins: ['https://acme.com'] })));

    it('a signed URL is judged by its source alone, so that pages survive the way there and back', async () => {
      expect((await world.get(signed('https://acme.com/end.png'))).status).toBe(200);
      expect((await world.get(signed('https://acme.com/end.png', { exp: 1, with: 'x' }))).status).toBe(200);
      expect(await told(await world.get(signed('https://evil.com/end.png')))).toEqual([403, 'origin not in allowlist']);
    });
  });

  const pathOf = (url: string) => url.slice('http://localhost:3000'.length);
});
