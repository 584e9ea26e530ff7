import { randomBytes } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { regenerate } from '@/lib/assets/regenerate-handler';
import type { ExplicitParams } from '@/lib/assets/params';
import { fastMount } from '@/lib/fast-mount';
import { embedPath } from '@/lib/sources/embed-path';
import { uploadRoute } from '@/lib/uploads/upload-route';
import { getRequestListener } from '@hono/node-server';
import { call, read } from '../support/call';
import { type Account, makePipeline, type Pipeline } from '../support/pipeline';
import { testMotion } from '../support/test-providers';
import { startCaddy } from './caddy';
import { startNginx } from './nginx';
import type { Proxy } from './proxy';

interface Got {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
}

let p: Pipeline;
let owner: Account;
let id: string;
let mp4: string;
const clip = randomBytes(1_500_000);
const origin = http.createServer((req, res) => {
  arrived = req.headers;
  if (req.url === '/api/v1/upload') void upload(req, res);
  else if (req.url === '/breaks') req.destroy();
  else if (req.url === '/takes-all') req.on('error', () => {}).on('end', () => res.end()).resume();
  else fastMount(req, res);
});
const upload = getRequestListener((req) => uploadRoute(req, { params: Promise.resolve({}) }), { overrideGlobalObjects: false });
/** What the product saw of the last request. */
let arrived: http.IncomingHttpHeaders;

beforeAll(async () => {
  p = await makePipeline({ env: { PUBLIC_URL: 'https://localhost' } });
  p.rt.motion = { ...testMotion, animate: async () => clip };
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
  owner = await p.account('team');
  id = await p.asset(owner);
  await p.settle();
  const { src, explicitParams } = await p.rt.db.asset.findUniqueOrThrow({ where: { id } });
  mp4 = embedPath(owner.projectKey, src, explicitParams as ExplicitParams, 'mp4');
});
afterAll(async () => {
  origin.closeAllConnections();
  await new Promise((resolve) => origin.close(resolve));
  await p.close();
});

describe.each([['nginx', startNginx, 'clips.example.com'], ['Caddy', startCaddy, 'localhost']] as const)('behind %s with the configuration that we ship', (_, start, name) => {
  let proxy: Proxy;
  beforeAll(async () => void (proxy = await start((origin.address() as AddressInfo).port)));
  afterAll(() => proxy?.stop());

  const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    https.request({ host: '127.0.0.1', port: proxy.port, servername: name, path, method, headers: { host: name, ...headers }, rejectUnauthorized: false, agent: false });
  async function got(req: http.ClientRequest, body?: Uint8Array): Promise<Got> {
    req.end(body);
    const res = await new Promise<http.IncomingMessage>((resolve, reject) => req.on('response', resolve).on('error', reject));
    const chunks: Buffer[] = [];
    for await (const chunk of res) chunks.push(chunk as Buffer);
    return { status: res.statusCode!, headers: res.headers, body: Buffer.concat(chunks) };
  }

  it('the configuration is found right', () => {
    expect(proxy.checked).toMatch(/test is successful|Valid configuration/);
    expect(proxy.checked).not.toMatch(/\[(warn|emerg|error)\]/);
  });

  it('plain HTTP leads to https', async () => {
    const res = await new Promise<http.IncomingMessage>((resolve, reject) => http.get({ host: '127.0.0.1', port: proxy.plainPort, path: '/x', headers: { host: name }, agent: false }, resolve).on('error', reject));
    expect([res.statusCode! >= 301 && res.statusCode! <= 308, res.headers.location]).toEqual([true, expect.stringMatching(new RegExp(`^https://${name.replaceAll('.', '\\.')}(:\\d+)?/x$`))]);
    res.resume();
  });

  it('clips come whole, in ranges, as headers alone, and as a 304', async () => {
    const whole = await got(ask(mp4));
    expect([whole.status, whole.body.equals(clip), whole.headers['content-length']]).toEqual([200, true, String(clip.length)]);
    const part = await got(ask(mp4, { range: 'bytes=1000-1200000', 'if-range': whole.headers.etag! }));
    expect([part.status, part.headers['content-range'], part.body.equals(clip.subarray(1000, 1_200_001))]).toEqual([206, `bytes 1000-1200000/${clip.length}`, true]);
    const head = await got(ask(mp4, {}, 'HEAD'));
    expect([head.status, head.headers['content-length'], head.headers.etag]).toEqual([200, String(clip.length), whole.headers.etag]);
    expect((await got(ask(mp4, { 'if-none-match': whole.headers.etag! }))).status).toBe(304);
    expect((await got(ask(mp4, { range: `bytes=${clip.length}-` }))).status).toBe(416);
  });

  it.each(['https%3A%2F%2Fcdn.acme.com%2Fa%2F%2Fb.png', 'cdn.acme.com/a%253Fb%3Fw=1%26h=2.png'])('the source %s arrives as it was written', async (source) => {
    const path = `/v1/${owner.projectKey}/${source}.mp4`;
    const direct = await new Promise<string>((resolve, reject) => http.get({ host: '127.0.0.1', port: (origin.address() as AddressInfo).port, path, agent: false }, (res) => resolve(`${res.statusCode} ${String(res.resume().headers['x-motioness-asset-id'])}`)).on('error', reject));
    const proxied = await got(ask(path));
    expect(`${proxied.status} ${String(proxied.headers['x-motioness-asset-id'])}`).toBe(direct);
  });

  it('events come at once, while the stream goes on', async () => {
    const req = ask(`/v1/${owner.projectKey}/events/${id}`, { accept: 'text/event-stream' });
    req.end();
    const res = await new Promise<http.IncomingMessage>((resolve, reject) => req.on('response', resolve).on('error', reject));
    let text = '';
    res.setEncoding('utf8').on('data', (piece: string) => void (text += piece)).on('error', () => {});
    await expect.poll(() => text).toContain('event: ready');
    text = '';
    expect((await read(await call(regenerate, { method: 'POST', params: { id }, cookie: owner.cookie, body: {} }))).generation_id).toBeDefined();
    await expect.poll(() => text).toContain('event: queued');
    req.destroy();
    await p.settle();
  });

  it('an image of 10 MB passes, and a larger one gets the answer of the product', async () => {
    const [width, height] = [1860, 1860];
    const png = await sharp(randomBytes(width * height * 3), { raw: { width, height, channels: 3 } }).png({ compressionLevel: 0 }).toBuffer();
    expect(png.length).toBeGreaterThan(10_000_000);
    const send = async (bytes: Uint8Array) => {
      const form = new FormData();
      form.set('file', new Blob([bytes as BlobPart], { type: 'image/png' }), 'large.png');
      const body = new Response(form);
      const headers = { 'content-type': body.headers.get('content-type')!, cookie: owner.cookie, origin: 'https://localhost' };
      return got(ask('/api/v1/upload', headers, 'POST'), new Uint8Array(await body.arrayBuffer()));
    };
    const small = await send(png);
    expect([small.status, JSON.parse(small.body.toString())]).toEqual([200, expect.objectContaining({ width, height })]);
    const large = await send(Buffer.concat([png, randomBytes(2_000_000)]));
    expect([large.status, JSON.parse(large.body.toString())]).toEqual([413, expect.objectContaining({ error: expect.any(String), request_id: expect.any(String) })]);
  });

  it('a body of more than 16 MB is a 413 of its own, while a product that breaks off stays a 502', async () => {
    const send = (bytes: number) => got(ask('/takes-all', {}, 'POST'), Buffer.alloc(bytes));
    expect([(await send(15_900_000)).status, (await send(20_000_000)).status]).toEqual([200, 413]);
    expect((await got(ask('/breaks', {}, 'POST'))).status).toBe(502);
  });

  it('the product sees the true caller and scheme, whatever the caller says of itself', async () => {
    await got(ask(mp4, { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'http' }, 'HEAD'));
    expect([arrived.host, arrived['x-forwarded-for'], arrived['x-forwarded-proto']]).toEqual([name, '127.0.0.1', 'https']);
  });

  it('a call with the cookie is let in from our own pages only; the cookie is the one of https', async () => {
    expect(owner.cookie).toMatch(/^__Secure-/);
    const post = (origin: string) => got(ask(`/api/assets/${id}/regenerate`, { cookie: owner.cookie, origin, 'content-type': 'application/json' }, 'POST'), Buffer.from('{"dur_seconds":99}'));
    expect((await post('https://localhost')).status).toBe(400);
    expect((await post('https://evil.example')).status).toBe(403);
  });
});
