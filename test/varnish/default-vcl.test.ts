import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { projectTag } from '@/lib/delivery/embed-headers';
import { varnishEdge } from '@/lib/edge/varnish';
import { ask, comparable, conditionalQuestions, type Question } from '../support/conditional-questions';
import type { Account } from '../support/pipeline';
import { CLIP_BYTES, type EdgeWorld, makeEdgeWorld } from './world';

// The VCL that we ship, in a real Varnish, in front of the product.
let world: EdgeWorld;
let owner: Account;
let id: string;
let mp4: string;
let jpg: string;
let clip: Buffer;
beforeAll(async () => {
  world = await makeEdgeWorld();
  owner = await world.account('team');
  id = await world.asset(owner);
  const { id: generationId } = await world.rt.db.generation.findFirstOrThrow({ where: { assetId: id } });
  await world.live(generationId);
  // Its own purges and looks would be counted.
  await world.settled(generationId);
  ({ mp4, jpg } = await world.paths(id));
  clip = (await world.rt.storage.readAll(`assets/${id}/${generationId}.mp4`)) as Buffer;
});
afterAll(() => world.close());

/** A request with exactly these headers; fetch would add some. */
function at(path: string, headers: Record<string, string> = {}, method = 'GET', server = world.varnish.url): Promise<{ status: number; headers: http.IncomingHttpHeaders; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const req = http.request(`${server}${path}`, { headers, method }, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => void chunks.push(chunk)).on('error', reject).on('end', () => resolve({ status: res.statusCode!, headers: res.headers, body: Buffer.concat(chunks) }));
    });
    req.on('error', reject).end();
  });
}
const originUrl = () => `http://127.0.0.1:${world.slow.port}`;
/** How often the product was asked meanwhile. */
async function fills(work: () => Promise<unknown>): Promise<number> {
  const count = () => [...world.slow.passed.values()].reduce((sum, n) => sum + n, 0);
  const before = count();
  await work();
  return count() - before;
}
const drop = (path: string) => at(path, {}, 'PURGE');

describe('the shipped VCL keeps', () => {
  it('one whole object, and serves HEAD, ranges and revalidations from it', async () => {
    await drop(mp4);
    expect(await fills(async () => {
      const part = await at(mp4, { range: 'bytes=1000-1999' });
      expect([part.status, part.headers['content-range'], part.body.equals(clip.subarray(1000, 2000))]).toEqual([206, `bytes 1000-1999/${CLIP_BYTES}`, true]);
      const whole = await at(mp4);
      expect([whole.status, whole.body.equals(clip)]).toEqual([200, true]);
      expect((await at(mp4, { range: 'bytes=-5' })).body.equals(clip.subarray(-5))).toBe(true);
      expect((await at(mp4, { range: `bytes=${CLIP_BYTES}-` })).status).toBe(416);
      expect((await at(mp4, { range: 'bytes=0-1', 'if-range': '"gen_other"' })).status).toBe(200);
      const head = await at(mp4, {}, 'HEAD');
      expect([head.status, head.headers['content-length'], head.body.length]).toEqual([200, String(CLIP_BYTES), 0]);
      expect((await at(mp4, { 'if-none-match': whole.headers.etag! })).status).toBe(304);
    })).toBe(1);
  });

  it('one entry for every order of the parameters and any wait_ms, and others for signatures and unknown ones', async () => {
    await drop(mp4);
    const [path, query] = mp4.split('?');
    const same = [mp4, `${mp4}&wait_ms=0`, `${path}?wait_ms=10&${query}`, `${mp4}&`];
    expect(await fills(async () => {
      for (const spelling of same) expect((await at(spelling)).status).toBe(200);
    })).toBe(1);
    const more = [`${mp4}&exp=1&sig=a`, `${mp4}&sig=a&exp=1`, `${mp4}&sig=b&exp=1`, `${mp4}&v=2`];
    expect(await fills(async () => {
      for (const spelling of more) expect((await at(spelling)).status).toBe(200);
    })).toBe(3);
  });

  it('many who ask for the same at once from asking the product more than once', async () => {
    await drop(mp4);
    const held = world.slow.hold(mp4);
    expect(await fills(async () => {
      const viewers = Array.from({ length: 20 }, () => at(mp4));
      await held.arrived;
      held.release();
      expect((await Promise.all(viewers)).every(({ body }) => body.equals(clip))).toBe(true);
    })).toBe(1);
  });

  it('nothing that is pending, refused or missing, nor what a header chose', async () => {
    const pending = mp4.replace('.mp4?', '.mp4?idem=pending&');
    world.rt.motion = { ...world.rt.motion, animate: () => new Promise(() => {}) };
    expect(await fills(async () => {
      for (let i = 0; i < 3; i++) expect((await at(pending)).status).toBe(202);
      for (let i = 0; i < 3; i++) expect((await at(mp4.replace(owner.projectKey, 'pk_nobody'))).status).toBe(403);
      for (let i = 0; i < 3; i++) expect((await at(mp4, { 'idempotency-key': 'pending' })).status).toBeGreaterThanOrEqual(200);
    })).toBe(9);
  });

  it('nothing past the end of the key that it was asked with', async () => {
    const { projectId } = await world.rt.db.asset.findUniqueOrThrow({ where: { id }, select: { projectId: true } });
    await world.rt.db.retiredKey.create({ data: { projectId, kind: 'proxy', value: 'pk_going', validUntil: new Date(Date.now() + 2_500) } });
    const going = mp4.replace(owner.projectKey, 'pk_going');
    expect(await fills(async () => expect([(await at(going)).status, (await at(going)).status]).toEqual([200, 200]))).toBe(1);
    await vi.waitFor(async () => expect((await at(going, {}, 'HEAD', originUrl())).status).toBe(403), { timeout: 10_000, interval: 20 });
    expect((await at(going)).status).toBe(403);
  });

  it('its own business to itself', async () => {
    for (const { headers } of [await at(mp4), await at(jpg)]) {
      expect(Object.keys(headers).filter((name) => /^(x-varnish|via|surrogate-key|cache-tag|cdn-cache-control|x-wait|x-whole-url)$/.test(name))).toEqual([]);
      expect(headers).toMatchObject({ 'cache-control': 'public, max-age=0, must-revalidate', 'accept-ranges': 'bytes', 'access-control-allow-origin': '*', 'x-motioness-generation': '1' });
    }
    expect((await at(mp4, { 'x-request-id': 'mine-1234' })).headers['x-request-id']).toBe('mine-1234');
    expect((await at(mp4)).headers['x-request-id']).toMatch(/^req_\w+$/);
  });
});

describe('a HEAD', () => {
  const head = (path: string) => at(path, {}, 'HEAD');
  const headAtOrigin = (path: string) => at(path, {}, 'HEAD', originUrl());
  const told = ({ status, headers }: Awaited<ReturnType<typeof at>>) => [status, headers.etag, headers['content-length'], headers['x-motioness-generation']];

  it.each(['', 'wait_ms=0&'])('of an embed that nobody has made (%s) is the product’s own 404: it starts nothing and takes no unit', async (more) => {
    const path = mp4.replace('.mp4?', `.mp4?${more}idem=head&`);
    const counts = async () => [await world.rt.db.asset.count(), await world.rt.db.generation.count(), await world.rt.db.monthlyUsage.findMany()];
    const before = await counts();
    for (let i = 0; i < 2; i++) expect(told(await head(path))).toEqual(told(await headAtOrigin(path)));
    expect([(await head(path)).status, await counts()]).toEqual([404, before]);
  });

  it('of a clip that is not kept is answered by the product and keeps nothing; the GET after it is kept', async () => {
    await drop(mp4);
    const product = told(await headAtOrigin(mp4));
    expect(product[0]).toBe(200);
    expect(await fills(async () => {
      for (let i = 0; i < 2; i++) expect(told(await head(mp4))).toEqual(product);
    })).toBe(2);
    expect(await fills(async () => {
      for (let i = 0; i < 2; i++) expect((await at(mp4)).body.equals(clip)).toBe(true);
      expect(told(await head(mp4))).toEqual(product);
    })).toBe(1);
  });

  it('stands in line behind a fill, and tells what that brought: the look after a purge sees what viewers will', async () => {
    await drop(mp4);
    const held = world.slow.hold(mp4);
    expect(await fills(async () => {
      const viewer = at(mp4);
      await held.arrived;
      const look = head(mp4);
      held.release();
      expect(told(await look)).toEqual(told(await viewer));
    })).toBe(1);
  });
});

describe.each(['kept', 'not kept'])('ranges and preconditions of a clip that is %s', (kept) => {
  const more = ['bytes=-99999999999999999999', 'bytes=99999999999999999999-', 'bytes=0-00000000000000000005', 'bytes=00000000000000000005-2', 'bytes=,0-4', 'bytes=0-4 ,', 'bytes=\t0-4', 'bytes=0 -4'];

  it('are answered as the product answers them: status, headers and bytes', async () => {
    const { headers: { etag, 'last-modified': modified } } = await at(mp4);
    const questions: Question[] = [...conditionalQuestions(Date.parse(modified!)), ...more.map((range) => ({ method: 'GET' as const, headers: { range } }))];
    for (const question of questions) {
      if (kept === 'not kept') await drop(mp4);
      const [edge, product] = await Promise.all([world.varnish.url, originUrl()].map((url) => ask(new URL(url).host, mp4, etag!, question)));
      expect(comparable(edge!), JSON.stringify(question)).toEqual(comparable(product!));
    }
  });
});

describe('a purge', () => {
  it('is refused to whoever comes through a proxy, and a ban of anything but a tag of ours', async () => {
    const answers = await Promise.all([at(mp4, { 'x-forwarded-for': '203.0.113.9' }, 'PURGE'), at('/', { 'x-forwarded-for': '203.0.113.9', 'surrogate-key': `motioness-${id}` }, 'BAN'), at('/', { 'surrogate-key': '. || 1 == 1' }, 'BAN'), at('/', {}, 'BAN')]);
    expect(answers.map(({ status }) => status)).toEqual([405, 405, 400, 400]);
  });

  it('by the driver drops every spelling', async () => {
    const edge = varnishEdge({ url: world.varnish.url }, { publicUrl: world.varnish.url });
    const spellings = [mp4, jpg, `${mp4}&v=9`, `${jpg}&v=9`];
    await Promise.all(spellings.map((path) => at(path)));
    await edge.purge({ paths: [mp4, jpg], tag: `motioness-${id}` }, AbortSignal.timeout(5_000));
    expect(await fills(() => Promise.all(spellings.map((path) => at(path))))).toBe(4);
  });

  it('by the tag of its project drops it too, by another’s it does not', async () => {
    const edge = varnishEdge({ url: world.varnish.url }, { publicUrl: world.varnish.url });
    const { projectId } = await world.rt.db.asset.findUniqueOrThrow({ where: { id } });
    await at(mp4);
    for (const tag of [`${projectTag(projectId)}x`, projectTag(projectId).slice(0, -1), projectTag('prj_other')]) await edge.purge({ paths: [], tag }, AbortSignal.timeout(5_000));
    expect(await fills(() => at(mp4))).toBe(0);
    await edge.purge({ paths: [], tag: projectTag(projectId) }, AbortSignal.timeout(5_000));
    expect(await fills(() => at(mp4))).toBe(1);
  });

  it('comes for the last time after the latest answer that this VCL lets in', async () => {
    const vcl = await readFile('deploy/varnish/default.vcl', 'utf8');
    const latestMs = Number(/\.first_byte_timeout = (\d+)s;/.exec(vcl)![1]) * 1000;
    const last = varnishEdge({ url: 'http://127.0.0.1:1' }, { publicUrl: 'http://127.0.0.1:1' }).again.at(-1)!;
    expect(last.tag).toBe(true);
    expect(last.afterMs).toBeGreaterThan(latestMs);
  });
});

it('an event stream passes through as it comes, the first event at once', async () => {
  const stream = await fetch(`${world.varnish.url}/v1/${owner.projectKey}/events/${id}`);
  const reader = stream.body!.getReader();
  const { value } = await reader.read();
  expect([stream.status, stream.headers.get('content-type'), new TextDecoder().decode(value)]).toEqual([200, expect.stringContaining('text/event-stream'), expect.stringContaining('event:')]);
  await reader.cancel();
});

it('what is no embed URL goes through, calls and all', async () => {
  const answer = await fetch(`${world.varnish.url}/api/assets/${id}/regenerate`, { method: 'POST' });
  expect(answer.status).toBe(401);
  expect((await at('/v1/%', { 'if-none-match': '"a"', 'if-modified-since': 'soon' }, 'GET')).status).toBe(400);
  expect((await at(mp4, {}, 'OPTIONS')).status).toBe(204);
});
