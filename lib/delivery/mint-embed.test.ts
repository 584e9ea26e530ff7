import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeWorld, mounts, startServer, type World } from './test-world';

const stills = vi.hoisted(() => ({ made: 0 }));
vi.mock('../render', () => ({
  renderStill: async (jpg: Uint8Array) => {
    stills.made++;
    return Buffer.concat([Buffer.from('still of '), jpg]);
  },
}));

describe.each(mounts)('through %s', (mount) => {
  let world: World;
  let pictures: Awaited<ReturnType<typeof startServer>>;
  let fetched: string[] = [];
  let body: { status: number; bytes: Buffer };
  /** Answers that sources whose name begins with "slow" keep back. */
  let held: Array<() => void> = [];

  beforeAll(async () => {
    world = await makeWorld({ ALLOW_PRIVATE_NETWORK: '1' }, mount);
    pictures = await startServer((req, res) => {
      fetched.push(req.url!);
      const answer = () => void res.writeHead(body.status, { 'content-type': 'text/plain' }).end(body.bytes);
      if (req.url!.startsWith('/slow')) held.push(answer);
      else answer();
    });
  });
  afterAll(async () => {
    await pictures.close();
    await world.close();
  });
  beforeEach(async () => {
    fetched = [];
    held = [];
    body = { status: 200, bytes: world.png };
    world.rt.clock.advance(61_000); // a fresh minute for every limit
    await world.setProject({ allowedOrigins: [`http://${pictures.host}`], mintLimitPerMinute: 30, publicVariants: 'any' });
    await world.rt.db.user.update({ where: { id: world.userId }, data: { tier: 'team' } });
  });

  let count = 0;
  const fresh = () => `a${++count}.png`;
  const at = (name: string, ext = 'mp4', query = '') => world.path(`${encodeURIComponent(`http://${pictures.host}/${name}`)}.${ext}${query}`);
  const assets = () => world.rt.db.asset.count();
  const used = async () => (await world.rt.db.monthlyUsage.findFirst())?.used ?? 0;
  const json = async (answer: Response) => (await answer.json()) as Record<string, unknown>;
  const asVideo = { 'sec-fetch-dest': 'video' };

  describe('a GET for an unknown clip', () => {
    it('starts it, once, for one unit, with the project’s defaults', async () => {
      const before = await used();
      const name = fresh();
      const answers = await Promise.all(Array.from({ length: 20 }, () => world.get(at(name, 'mp4', '?dur=3'), { 'x-request-id': 'viewer-1' })));
      expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(202));
      expect(await used()).toBe(before + 1);
      expect(fetched).toHaveLength(1);
      const asset = await world.rt.db.asset.findUniqueOrThrow({ where: { id: answers[0]!.headers.get('x-motioness-asset-id')! }, include: { generations: true } });
      expect(asset).toMatchObject({ mintedBy: 'embed', durSeconds: 3, motion: 'medium', explicitParams: { dur: 3 } });
      expect(asset.generations).toMatchObject([{ number: 1, requestId: 'viewer-1' }]);
    });

    it('is not what HEAD and .jpg do', async () => {
      const name = fresh();
      const before = [await assets(), await used()];
      const head = await world.get(at(name), {}, 'HEAD');
      expect([head.status, await head.text()]).toEqual([404, '']);
      expect((await world.get(at(name, 'jpg'), {}, 'HEAD')).status).toBe(200);
      expect((await world.get(at(name, 'jpg'))).status).toBe(200);
      expect([await assets(), await used()]).toEqual(before);
    });

    it('is limited a minute: 429 rate limited, and the next minute it goes on', async () => {
      await world.setProject({ mintLimitPerMinute: 2 });
      expect((await world.get(at(fresh()))).status).toBe(202);
      expect((await world.get(at(fresh()))).status).toBe(202);
      const answer = await world.get(at(fresh()));
      expect(answer.status).toBe(429);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await json(answer)).toMatchObject({ error: 'rate limited', code: 'mint_limited', retry_after_ms: expect.any(Number) });
      world.rt.clock.advance(61_000);
      expect((await world.get(at(fresh()))).status).toBe(202);
    });

    it('with public_variants "defaults" starts no prompt, seed or idem', async () => {
      await world.setProject({ publicVariants: 'defaults' });
      const before = await assets();
      for (const query of ['?prompt=x', '?seed=1', '?idem=1']) {
        const answer = await world.get(at(fresh(), 'mp4', query));
        expect([answer.status, (await json(answer)).code]).toEqual([403, 'forbidden']);
      }
      expect((await world.get(at(fresh()), { 'idempotency-key': 'x' })).status).toBe(403);
      expect(await assets()).toBe(before);
      expect((await world.get(at(fresh(), 'mp4', '?motion=kinetic&aspect=1:1'))).status).toBe(202);
    });

    it('of a used-up month is a 429 monthly limit reached', async () => {
      await world.rt.db.user.update({ where: { id: world.userId }, data: { tier: 'free' } });
      await world.rt.db.monthlyUsage.updateMany({ data: { used: 5, charged: 5, refunded: 0 } });
      const name = fresh();
      const before = await assets();
      const answer = await world.get(at(name));
      expect(answer.status).toBe(429);
      expect(await json(answer)).toMatchObject({ error: 'monthly limit reached', code: 'quota_exceeded', upgrade_url: 'http://localhost:3000/pricing' });
      expect(answer.headers.get('x-motioness-asset-id')).toMatch(/^[0-9a-f]{16}$/);
      expect(await assets()).toBe(before);
      const video = await world.get(at(name), asVideo);
      expect([video.status, video.headers.get('x-motioness-stage'), video.headers.get('content-type')]).toEqual([200, 'quota_exceeded', 'video/mp4']);
      await world.rt.db.monthlyUsage.updateMany({ data: { used: 0, charged: 0, refunded: 0 } });
    });

    it.each<[string, { status?: number; bytes?: string | number }, number, string]>([
      ['missing', { status: 404 }, 400, 'source_unfetchable'],
      ['broken', { status: 503 }, 400, 'source_unfetchable'],
      ['svg', { bytes: '<svg xmlns="http://www.w3.org/2000/svg"/>' }, 415, 'source_unsupported'],
      ['empty', { bytes: '' }, 415, 'source_unsupported'],
      ['over 10 MB', { bytes: 10 * 1024 * 1024 + 1 }, 413, 'source_too_large'],
    ])('tells at once of a source that is %s, and costs nothing', async (_name, { status = 200, bytes = '' }, expected, code) => {
      body = { status, bytes: typeof bytes === 'number' ? Buffer.alloc(bytes) : Buffer.from(bytes) };
      const before = [await assets(), await used()];
      const name = fresh();
      for (const [ext, headers] of [['mp4', {}], ['jpg', {}], ['mp4', asVideo]] as const) {
        const answer = await world.get(at(name, ext), headers);
        expect([answer.status, (await json(answer)).code, answer.headers.get('cache-control')]).toEqual([expected, code, 'no-store']);
      }
      expect([await assets(), await used()]).toEqual(before);
    });

    it('goes on without word of a source that takes long, whatever wait_ms asks for', async () => {
      const [first, asked] = await Promise.all([world.get(at(`slow-${fresh()}`)), world.get(at(`slow-${fresh()}`, 'mp4', '?wait_ms=500'))]);
      expect([first.status, asked.status, held.length]).toEqual([202, 202, 2]); // neither source has answered
      for (const answer of held) answer();
    });

    it('of a source that gives no picture counts for no limit of new clips', async () => {
      await world.setProject({ mintLimitPerMinute: 1 });
      body = { status: 404, bytes: Buffer.alloc(0) };
      for (let i = 0; i < 3; i++) expect((await world.get(at('gone.png'))).status).toBe(400);
      body = { status: 200, bytes: world.png };
      expect((await world.get(at(fresh()))).status).toBe(202);
    });

    it('by Idempotency-Key is the same as by idem, in any script', async () => {
      const name = fresh();
      const byUrl = await world.get(at(name, 'mp4', '?idem=%C3%A9+b%2Fc%3F'));
      const byHeader = await world.get(at(name), { 'idempotency-key': Buffer.from('é b/c?').toString('latin1') });
      expect([byUrl.status, byHeader.headers.get('x-motioness-asset-id')]).toEqual([202, byUrl.headers.get('x-motioness-asset-id')]);
      expect((await world.get(at(name), { 'idempotency-key': '\u00e9' })).status).toBe(400); // no UTF-8
    });

    it('of an upload passes for the owner’s project and is 404 where there is none', async () => {
      const key = `${world.userId}/a.png`;
      for (const ext of ['mp4', 'jpg']) expect((await world.get(world.path(`uploads/${key}.${ext}`))).status, ext).toBe(404);
      await world.rt.storage.put(`uploads/${key}`, world.png, 'image/png');
      await world.rt.db.upload.create({ data: { key, userId: world.userId, name: 'x.png', contentType: 'image/png', bytes: 1, width: 320, height: 256 } });
      const answer = await world.get(world.path(`uploads/${key}.mp4`));
      expect(answer.status).toBe(202);
      const same = await world.get(world.path(`localhost:3000/uploads/${key}.mp4`));
      expect(same.headers.get('x-motioness-asset-id')).toBe(answer.headers.get('x-motioness-asset-id'));
    });
  });

  describe('a poster before the clip', () => {
    it('is made from the source, once for all variants, and kept shortly at the edge', async () => {
      const name = fresh();
      const answer = await world.get(at(name, 'jpg'));
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'content-type': 'image/jpeg', 'cache-control': 'public, max-age=0, must-revalidate', 'cdn-cache-control': 'public, max-age=60', 'x-motioness-generation': '0',
      });
      expect((await world.get(at(name, 'jpg'), { 'if-none-match': answer.headers.get('etag')! })).status).toBe(304);
      await Promise.all(Array.from({ length: 10 }, (_, i) => world.get(at(name, 'jpg', `?idem=${i}`))));
      expect(fetched).toEqual([`/${name}`]);
    });

    it('waits for no other project whose sources never answer', async () => {
      const slow = Array.from({ length: 20 }, () => world.get(at(`slow-${fresh()}`, 'jpg')));
      const done = Promise.race(slow).then(() => 'the slow one');
      await vi.waitFor(() => expect(held.length).toBeGreaterThan(2));
      await world.rt.db.project.create({ data: { id: 'prj_other', name: 'O', proxyKey: 'pk_other', ownerId: world.userId, allowedOrigins: [`http://${pictures.host}`] } });
      const path = at(fresh(), 'jpg').replace(world.project.proxyKey, 'pk_other');
      expect(await Promise.race([done, world.get(path).then(({ status }) => status)])).toBe(200);
      await world.rt.db.project.delete({ where: { id: 'prj_other' } });
      const open = setInterval(() => held.splice(0).forEach((answer) => answer()), 5);
      expect((await Promise.all(slow)).map(({ status }) => status)).toEqual(Array(20).fill(200));
      clearInterval(open);
    });

    it('is limited in how many new ones a project causes', async () => {
      await world.rt.db.rateWindow.create({ data: { key: `poster:${world.project.id}x`, count: 1, expiresAt: new Date() } });
      await world.get(at(fresh(), 'jpg'));
      await world.rt.db.rateWindow.updateMany({ where: { key: `poster:${world.project.id}` }, data: { count: 300 } });
      expect((await world.get(at(fresh(), 'jpg'))).status).toBe(429);
    });
  });

  describe('a media element', () => {
    it('gets a still clip while the clip is made, then the clip', async () => {
      const name = fresh();
      const answer = await world.get(at(name), asVideo);
      expect([answer.status, await answer.text()]).toEqual([200, `still of ${world.png.toString('utf8')}`]);
      expect(Object.fromEntries(answer.headers)).toMatchObject({ 'content-type': 'video/mp4', 'cache-control': 'no-store', 'x-motioness-stage': 'queued', 'x-motioness-generation': '0' });
      expect(answer.headers.get('etag')).toMatch(/^"still-/);
      const made = stills.made;
      expect((await world.get(at(name), { ...asVideo, range: 'bytes=0-1' })).status).toBe(206);
      expect(stills.made).toBe(made);
      await world.finish(answer.headers.get('x-motioness-asset-id')!, Buffer.from('moving'));
      expect(await (await world.get(at(name), asVideo)).text()).toBe('moving');
    });

    it('gets it also when the making failed, and the stage says so', async () => {
      const name = fresh();
      const id = (await world.get(at(name))).headers.get('x-motioness-asset-id')!;
      await world.fail(id);
      const answer = await world.get(at(name), asVideo);
      expect([answer.status, answer.headers.get('x-motioness-stage'), answer.headers.get('cache-control')]).toEqual([200, 'failed', 'no-store']);
      expect((await world.get(at(name))).status).toBe(502);
    });

    it('gets words when there is no picture either', async () => {
      const id = await world.mint(`http://${pictures.host}/never.png`);
      body = { status: 404, bytes: Buffer.from('') };
      expect((await world.get(at('never.png'), asVideo)).status).toBe(202);
      await world.fail(id);
      expect((await world.get(at('never.png'), asVideo)).status).toBe(502);
    });
  });
});
