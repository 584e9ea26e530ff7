// What hostile URLs, names, networks and answers meet is in the hostile-*.test.ts beside this.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeSafeFetch, type SafeFetchOptions } from './safe-fetch';
import { isAllowedAddress } from './safe-fetch-address';

let server: Server;
let port: number;
const routes: Record<string, (req: IncomingMessage, res: ServerResponse) => void> = {};

beforeAll(async () => {
  server = createServer((req, res) => {
    const route = routes[new URL(req.url!, 'http://x').pathname];
    if (route) route(req, res);
    else res.writeHead(404).end('nothing');
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  port = (server.address() as AddressInfo).port;
  routes['/ok'] = (_req, res) => res.end('hello');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const bounds: SafeFetchOptions = { maxBytes: 1000, timeoutMs: 2000 };
const at = (path: string) => `http://127.0.0.1:${port}${path}`;
const open = makeSafeFetch({ allowPrivate: true });
const code = (expected: string) => expect.objectContaining({ name: 'SafeFetchError', code: expected });

describe('a guarded fetch is bounded', () => {
  it('follows three redirects and not a fourth', async () => {
    for (let i = 1; i <= 4; i++) routes[`/r${i}`] = (_req, res) => res.writeHead(307, { location: i === 1 ? '/ok' : `/r${i - 1}` }).end();
    expect(await open(at('/r3'), bounds)).toMatchObject({ status: 200, url: at('/ok') });
    await expect(open(at('/r4'), bounds)).rejects.toEqual(code('too_many_redirects'));
  });

  it('by a declared length', async () => {
    routes['/long'] = (_req, res) => res.writeHead(200, { 'content-length': '1001' }).end(Buffer.alloc(1001));
    await expect(open(at('/long'), bounds)).rejects.toEqual(code('too_large'));
  });

  it('by counting an endless body, which is dropped', async () => {
    let closed: () => void;
    const gone = new Promise<void>((resolve) => (closed = resolve));
    routes['/endless'] = (_req, res) => {
      const timer = setInterval(() => res.write(Buffer.alloc(300)), 5);
      res.on('close', () => (clearInterval(timer), closed()));
    };
    await expect(open(at('/endless'), bounds)).rejects.toEqual(code('too_large'));
    await gone;
  });

  it('cuts a body where that is asked for', async () => {
    routes['/cut'] = (_req, res) => res.end('x'.repeat(5000));
    expect((await open(at('/cut'), { ...bounds, overflow: 'cut' })).body).toHaveLength(1000);
  });

  it.each([
    ['no answer', () => {}],
    ['headers that trickle', (_req: IncomingMessage, res: ServerResponse) => { res.socket!.write('HTTP/1.1 200 OK\r\n'); const t = setInterval(() => res.socket?.write('x: y\r\n'), 50); res.socket!.on('close', () => clearInterval(t)); }],
    ['a body that trickles', (_req: IncomingMessage, res: ServerResponse) => { const t = setInterval(() => res.write('x'), 50); res.on('close', () => clearInterval(t)); }],
  ])('in time: %s', async (_name, route) => {
    routes['/slow'] = route;
    const began = performance.now();
    await expect(open(at('/slow'), { maxBytes: 1000, timeoutMs: 300 })).rejects.toEqual(code('timeout'));
    expect(performance.now() - began).toBeLessThan(1500);
  });

  it('in time: a name server that never answers', async () => {
    const began = performance.now();
    await expect(makeSafeFetch({ allowPrivate: false, lookup: () => {} })('http://x.example/', { maxBytes: 1, timeoutMs: 200 })).rejects.toEqual(code('timeout'));
    expect(performance.now() - began).toBeLessThan(1500);
  });

  it('by the caller', async () => {
    routes['/never'] = () => {};
    await expect(open(at('/never'), { ...bounds, signal: AbortSignal.timeout(50) })).rejects.toEqual(code('aborted'));
  });
});

describe('a guarded fetch works', () => {
  it('returns status, headers and bytes, and asks for identity', async () => {
    routes['/echo'] = (req, res) => res.writeHead(201, { 'x-encoding': req.headers['accept-encoding'] }).end('body');
    const answer = await open(at('/echo'), bounds);
    expect(answer).toMatchObject({ status: 201, headers: { 'x-encoding': 'identity' } });
    expect(Buffer.from(answer.body).toString()).toBe('body');
  });

  it('says so when nobody listens or the connection breaks', async () => {
    routes['/break'] = (req) => req.socket.destroy();
    await expect(open('http://127.0.0.1:1/', bounds)).rejects.toEqual(code('blocked_url'));
    await expect(open('http://127.0.0.1:59999/', bounds)).rejects.toEqual(code('network'));
    await expect(open(at('/break'), bounds)).rejects.toEqual(code('network'));
  });

  it.each(['8.8.8.8', '93.184.216.34', '2606:4700:4700::1111', '::ffff:8.8.8.8', '2a00:1450::1'])('%s is public', (address) => expect(isAllowedAddress(address, false)).toBe(true));
  it.each(['127.0.0.1', '::1', '10.1.2.3', '192.168.1.1', 'fd00::1'])('%s is open in development only', (address) => {
    expect([isAllowedAddress(address, true), isAllowedAddress(address, false)]).toEqual([true, false]);
  });
  it.each(['169.254.169.254', '0.0.0.0', '::', 'fe80::1', '224.0.0.1', '2002:7f00:1::', '64:ff9b::7f00:1', '127.1', '0x7f000001', '2130706433', '::ffff:127.1'])('%s is closed even in development', (address) =>
    expect(isAllowedAddress(address, true)).toBe(false));
});
