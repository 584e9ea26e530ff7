import type { LookupFunction } from 'node:net';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeSafeFetch, type SafeFetchOptions } from './safe-fetch';
import { isAllowedAddress } from './safe-fetch-address';

let server: Server;
let port: number;
let hits: string[] = [];
const routes: Record<string, (req: IncomingMessage, res: ServerResponse) => void> = {};

beforeAll(async () => {
  server = createServer((req, res) => {
    hits.push(req.url!);
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
const strict = makeSafeFetch({ allowPrivate: false });
const open = makeSafeFetch({ allowPrivate: true });
const code = (expected: string) => expect.objectContaining({ name: 'SafeFetchError', code: expected });
const answers = (...addresses: string[]): LookupFunction => (_host, _options, callback) =>
  callback(null, addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })) as never, 0);

describe('a guarded fetch reaches no private address', () => {
  const hosts = [
    '127.0.0.1', '127.1', '127.0.1', '2130706433', '0x7f000001', '0x7f.1', '0177.0.0.1', '017700000001', '0x7f.0x0.0x0.0x1',
    '127.255.255.254', '0', '0.0.0.0', '00000000', 'localhost', 'LOCALHOST', '%6c%6f%63alhost', '１２７.０.０.１', '127。0。0。1', '①②⑦.⓪.⓪.①',
    '[::1]', '[::]', '[0:0:0:0:0:0:0:1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::127.0.0.1]', '[::ffff:0:127.0.0.1]',
    '[64:ff9b::127.0.0.1]', '[64:ff9b::7f00:1]', '[64:ff9b:1::7f00:1]', '[2002:7f00:1::]', '[2002:a00:1::1]', '[2001:0:7f00:1::]',
    '[fe80::1]', '[fc00::1]', '[fd12:3456::1]', '[fec0::1]', '[ff02::1]', '[2001:db8::1]', '[100::1]', '[2606:4700::5efe:127.0.0.1]',
    '10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1', '100.64.0.1', '169.254.169.254', '2852039166', '0xa9fea9fe',
    '[::ffff:169.254.169.254]', '[fd00:ec2::254]', '192.0.0.192', '192.0.2.1', '198.18.0.1', '198.51.100.1', '203.0.113.1', '224.0.0.1', '240.0.0.1', '255.255.255.255',
  ];

  it.each(hosts)('http://%s', async (host) => {
    hits = [];
    await expect(strict(`http://${host}:${port}/ok`, bounds)).rejects.toEqual(expect.objectContaining({ code: expect.stringMatching(/^blocked_(address|url)$/) }));
    expect(hits).toEqual([]);
  });

  it.each(['127.0.0.1', '10.0.0.1', '169.254.169.254', '::1', '::ffff:10.0.0.1', 'fd00::1', '64:ff9b::7f00:1', '2002:7f00:1::', 'fe80::1%eth0', 'nonsense', ''])(
    'a name that resolves to %j',
    (address) => expect(makeSafeFetch({ allowPrivate: false, lookup: answers(address) })('http://public.example/', bounds)).rejects.toEqual(code('blocked_address')),
  );

  it('a name that resolves to a public and a private one', () =>
    expect(makeSafeFetch({ allowPrivate: false, lookup: answers('93.184.216.34', '127.0.0.1') })('http://x.example/', bounds)).rejects.toEqual(code('blocked_address')));

  it('a name without addresses', () =>
    expect(makeSafeFetch({ allowPrivate: false, lookup: answers() })('http://x.example/', bounds)).rejects.toEqual(code('blocked_address')));

  it('a name that answers differently the second time: it is asked once, by the socket itself', async () => {
    let asked = 0;
    const lookup: LookupFunction = (host, options, callback) => answers(asked++ === 0 ? '198.51.100.255' : '127.0.0.1')(host, options, callback);
    await expect(makeSafeFetch({ allowPrivate: false, lookup })('http://rebind.example/', bounds)).rejects.toEqual(code('blocked_address'));
    expect(asked).toBe(1);
  });

  it('every hop is looked up and judged anew', async () => {
    routes['/hop'] = (_req, res) => res.writeHead(302, { location: `http://second.example:${port}/ok` }).end();
    // The first name is the test's own loopback server, the second resolves to the cloud's metadata address.
    const lookup: LookupFunction = (host, options, callback) => answers(host === 'first.example' ? '127.0.0.1' : '169.254.169.254')(host, options, callback);
    await expect(makeSafeFetch({ allowPrivate: true, lookup })(`http://first.example:${port}/hop`, bounds)).rejects.toEqual(code('blocked_address'));
  });
});

describe('a guarded fetch refuses the URL', () => {
  it.each([
    'ftp://example.com/', 'file:///etc/passwd', 'gopher://example.com/', 'data:text/plain,hi', 'javascript:1', 'ws://example.com/', 'http://', 'nonsense', '//example.com/',
    'http://user@example.com/', 'http://u:p@example.com/', 'http://127.0.0.1@example.com/', 'http://example.com@127.0.0.1/',
    'http://example.com:22/', 'http://example.com:25/', 'http://example.com:0/', 'http://example.com:6667/', 'http://example.com:99999/', 'http://[::1/', 'http://256.256.256.256/',
    'http://[fe80::1%25eth0]/', 'http://a b/',
  ])('%s', (url) => expect(strict(url, bounds)).rejects.toEqual(code('blocked_url')));

  it.each(['http://169.254.169.254/latest/meta-data', 'file:///etc/passwd', 'ftp://127.0.0.1/', 'http://user@127.0.0.1/', 'http://127.0.0.1:22/', 'http://[fe80::1]/', '//[::ffff:169.254.169.254]/', 'http://[64:ff9b::a9fe:a9fe]/'])(
    'a redirect to %s',
    async (location) => {
      routes['/redirect'] = (_req, res) => res.writeHead(302, { location }).end();
      await expect(open(at('/redirect'), bounds)).rejects.toEqual(expect.objectContaining({ code: expect.stringMatching(/^blocked_/) }));
    },
  );
});

describe('a guarded fetch is bounded', () => {
  it('follows three redirects and not a fourth', async () => {
    for (let i = 1; i <= 4; i++) routes[`/r${i}`] = (_req, res) => res.writeHead(307, { location: i === 1 ? '/ok' : `/r${i - 1}` }).end();
    expect(await open(at('/r3'), bounds)).toMatchObject({ status: 200, url: at('/ok') });
    await expect(open(at('/r4'), bounds)).rejects.toEqual(code('too_many_redirects'));
  });

  it('hands a POST its redirect back unfollowed', async () => {
    hits = [];
    routes['/moved'] = (_req, res) => res.writeHead(308, { location: '/ok' }).end();
    expect(await open(at('/moved'), { ...bounds, method: 'POST', body: 'x' })).toMatchObject({ status: 308 });
    expect(hits).toEqual(['/moved']);
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

  it('in headers', async () => {
    routes['/headers'] = (_req, res) => res.writeHead(200, { 'x-big': 'y'.repeat(20_000) }).end();
    await expect(open(at('/headers'), bounds)).rejects.toEqual(code('network'));
  });

  it('against decompression bombs: nothing is decompressed', async () => {
    routes['/bomb'] = (_req, res) => res.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(100_000)));
    await expect(open(at('/bomb'), bounds)).rejects.toEqual(code('encoded'));
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
