import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeSafeFetch, type SafeFetchOptions } from './safe-fetch';

// The victim listens on every address of this machine.
let victim: Server;
let port: number;
let hits: string[] = [];
let answer: (req: IncomingMessage, res: ServerResponse) => void = (_req, res) => void res.end('a secret');
beforeAll(async () => {
  victim = createServer((req, res) => {
    hits.push(req.url!);
    answer(req, res);
  });
  await new Promise<void>((resolve) => victim.listen(0, resolve));
  port = (victim.address() as AddressInfo).port;
});
afterAll(() => {
  victim.closeAllConnections();
  victim.close();
});
beforeEach(() => void (hits = []));

const bounds: SafeFetchOptions = { maxBytes: 1000, timeoutMs: 5_000 };
const strict = makeSafeFetch({ allowPrivate: false });
const development = makeSafeFetch({ allowPrivate: true });
const blocked = (kind = 'address|url') => expect.objectContaining({ name: 'SafeFetchError', code: expect.stringMatching(new RegExp(`^blocked_(${kind})$`)) });

const hosts: Array<[name: string, host: string]> = [
  ['loopback', '127.0.0.1'], ['loopback, short', '127.1'], ['loopback, three parts', '127.0.1'], ['loopback, decimal', '2130706433'], ['loopback, hexadecimal', '0x7f000001'],
  ['loopback, hexadecimal in capitals', '0X7F000001'], ['loopback, two hexadecimal parts', '0x7f.1'], ['loopback, octal', '0177.0.0.1'], ['loopback, octal with many zeros', '0000177.00.00.0001'],
  ['loopback, all octal', '017700000001'], ['loopback, hexadecimal parts', '0x7f.0x0.0x0.0x1'], ['loopback, mixed', '0x7f.0.01'], ['loopback, with a dot behind', '127.0.0.1.'],
  ['loopback, decimal with a dot behind', '2130706433.'], ['the end of loopback', '127.255.255.254'], ['this host, short', '0'], ['this host', '0.0.0.0'], ['this host, many zeros', '00000000'],
  ['localhost', 'localhost'], ['localhost in capitals', 'LOCALHOST'], ['localhost with a dot behind', 'localhost.'], ['below localhost', 'a.b.localhost'], ['localhost, percent-encoded', '%6c%6f%63alhost'], ['localhost, in fullwidth letters', 'ｌｏｃａｌｈｏｓｔ'],
  ['loopback, fullwidth digits', '１２７.０.０.１'], ['loopback, ideographic dots', '127。0。0。1'], ['loopback, halfwidth ideographic dots', '127｡0｡0｡1'], ['loopback, circled digits', '①②⑦.⓪.⓪.①'],
  ['loopback, mathematical digits', '𝟏𝟐𝟕.𝟎.𝟎.𝟏'], ['loopback, with a soft hyphen', '127.0.0\u00ad.1'], ['loopback, percent-encoded dots', '127%2e0%2e0%2e1'],
  ['IPv6 loopback', '[::1]'], ['IPv6 nowhere', '[::]'], ['IPv6 loopback, in full', '[0:0:0:0:0:0:0:1]'], ['IPv6 loopback, with zeros', '[0000:0000:0000:0000:0000:0000:0000:0001]'], ['mapped loopback, dotted', '[::ffff:127.0.0.1]'],
  ['mapped loopback, hexadecimal', '[::ffff:7f00:1]'], ['mapped loopback, in full', '[0:0:0:0:0:ffff:7f00:1]'], ['IPv4-compatible loopback', '[::127.0.0.1]'], ['translated loopback', '[::ffff:0:127.0.0.1]'],
  ['NAT64 loopback, dotted', '[64:ff9b::127.0.0.1]'], ['NAT64 loopback', '[64:ff9b::7f00:1]'], ['local NAT64 loopback', '[64:ff9b:1::7f00:1]'], ['6to4 loopback', '[2002:7f00:1::]'], ['6to4 private', '[2002:a00:1::1]'],
  ['Teredo', '[2001:0:7f00:1::]'], ['ISATAP', '[2606:4700::5efe:127.0.0.1]'], ['link-local', '[fe80::1]'], ['link-local with a zone', '[fe80::1%25lo]'], ['IPv6 loopback with a zone', '[::1%25lo]'], ['unique local', '[fc00::1]'], ['unique local, assigned', '[fd12:3456::1]'], ['site-local', '[fec0::1]'],
  ['IPv6 multicast', '[ff02::1]'], ['IPv6 documentation', '[2001:db8::1]'], ['IPv6 documentation, new', '[3fff::1]'], ['ORCHID', '[2001:20::1]'], ['IPv6 benchmarks', '[2001:2::1]'], ['discard', '[100::1]'], ['unassigned IPv6', '[4000::1]'], ['segment routing', '[5f00::1]'],
  ['private 10/8', '10.0.0.1'], ['private 10/8, its end', '10.255.255.255'], ['private 172.16/12', '172.16.0.1'], ['private 172.16/12, its end', '172.31.255.255'], ['private 192.168/16', '192.168.0.1'], ['private, decimal', '3232235521'],
  ['carrier-grade NAT', '100.64.0.1'], ['metadata', '169.254.169.254'], ['metadata, decimal', '2852039166'], ['metadata, hexadecimal', '0xa9fea9fe'], ['metadata, octal', '0251.0376.0251.0376'], ['metadata, mapped', '[::ffff:169.254.169.254]'],
  ['metadata over IPv6', '[fd00:ec2::254]'], ['metadata of another cloud', '100.100.100.200'], ['metadata of a third', '192.0.0.192'], ['documentation, 1', '192.0.2.1'], ['documentation, 2', '198.51.100.1'], ['documentation, 3', '203.0.113.1'],
  ['benchmarks', '198.18.0.1'], ['6to4 relays', '192.88.99.1'], ['AS112', '192.31.196.1'], ['multicast', '224.0.0.1'], ['multicast, its end', '239.255.255.255'], ['reserved', '240.0.0.1'], ['broadcast', '255.255.255.255'],
];

describe('no spelling of a private address is reached', () => {
  it.each(hosts)('%s: %s', async (_name, host) => {
    answer = (_req, res) => void res.end('a secret');
    await expect(strict(`http://${host}:${port}/`, bounds)).rejects.toEqual(blocked());
    await expect(strict(`http://${host}:${port}/`, { ...bounds, method: 'POST', body: '{}' })).rejects.toEqual(blocked());
    expect(hits).toEqual([]);
  });
});

const urls: Array<[name: string, url: string]> = [
  ['FTP', 'ftp://example.com/'], ['a file', 'file:///etc/passwd'], ['a file on a host', 'file://127.0.0.1/etc/passwd'], ['Gopher', 'gopher://127.0.0.1:6379/_FLUSHALL'], ['data', 'data:text/plain,hi'], ['a script', 'javascript:1'],
  ['a blob', 'blob:http://127.0.0.1/1'], ['a WebSocket', 'ws://example.com/'], ['LDAP', 'ldap://example.com/'], ['a jar', 'jar:http://example.com!/'], ['no host', 'http://'], ['no URL', 'nonsense'], ['nothing', ''], ['no scheme', '//example.com/'],
  ['a user', 'http://user@example.com/'], ['a user and a password', 'http://u:p@example.com/'], ['a host that is a user', 'http://example.com@127.0.0.1/'], ['a private user', 'http://127.0.0.1@example.com/'],
  ['two users', 'http://a@b@127.0.0.1/'],
  ['SSH', 'http://example.com:22/'], ['SMTP', 'http://example.com:25/'], ['POP3', 'http://example.com:110/'], ['SMB', 'https://example.com:445/'], ['a Docker daemon', 'http://example.com:2375/'], ['MySQL', 'http://example.com:3306/'],
  ['remote desktops', 'http://example.com:3389/'], ['PostgreSQL', 'http://example.com:5432/'], ['Redis', 'http://example.com:6379/'], ['IRC', 'http://example.com:6667/'], ['memcached', 'http://example.com:11211/'], ['MongoDB', 'http://example.com:27017/'],
  ['port 0', 'http://example.com:0/'], ['no such port', 'http://example.com:99999/'],
  ['an open bracket', 'http://[::1/'], ['too large a part', 'http://256.256.256.256/'], ['five parts', 'http://1.2.3.4.5/'], ['a zone', 'http://[fe80::1%25eth0]/'], ['a space', 'http://a b/'], ['a NUL in the host', 'http://a\0b/'], ['a percent sign', 'http://a%00b/'],
];

describe('what is no public web page is not asked', () => {
  it.each(urls)('%s: %s', (_name, url) => expect(strict(url, bounds)).rejects.toEqual(blocked('url')));
});

/** Closed in development too, so that the page that sends there can be on loopback. */
const targets: Array<[name: string, location: string]> = [
  ['metadata', 'http://169.254.169.254/latest/meta-data'], ['metadata, decimal', 'http://2852039166/'], ['metadata, mapped', '//[::ffff:169.254.169.254]/'], ['metadata, NAT64', 'http://[64:ff9b::a9fe:a9fe]/'],
  ['this host', 'http://0.0.0.0/'], ['6to4', 'http://[2002:7f00:1::]/'], ['Teredo', 'http://[2001:0:7f00:1::]/'], ['link-local', 'http://[fe80::1]/'], ['multicast', 'http://224.0.0.1/'], ['broadcast', 'http://255.255.255.255/'],
  ['a file', 'file:///etc/passwd'], ['FTP', 'ftp://127.0.0.1/'], ['Gopher', 'gopher://127.0.0.1:6379/_'], ['data', 'data:image/png;base64,AAAA'], ['a script', 'javascript:alert(1)'], ['a WebSocket', 'ws://127.0.0.1/'],
  ['a user', 'http://user@127.0.0.1/'], ['SSH', 'http://127.0.0.1:22/'], ['Redis', 'http://127.0.0.1:6379/'], ['no host', 'http://'], ['garbage', 'http://[/'],
];

describe('a redirect leads nowhere else than a URL would', () => {
  it.each([301, 302, 303, 307, 308].flatMap((status) => targets.map(([name, location]) => [status, name, location] as const)))('%i to %s: %s', async (status, _name, location) => {
    answer = (_req, res) => void res.writeHead(status, { location }).end();
    await expect(development(`http://127.0.0.1:${port}/start`, bounds)).rejects.toEqual(blocked());
    expect(hits).toEqual(['/start']);
  });

  it.each([
    ['a loop', () => '/start'],
    ['a loop of two', (url: string) => (url === '/a' ? '/b' : '/a')],
    ['a chain without end', (url: string) => `${url}x`],
  ])('%s ends after three', async (_name, next) => {
    answer = (req, res) => void res.writeHead(302, { location: next(req.url!) }).end();
    await expect(development(`http://127.0.0.1:${port}/start`, bounds)).rejects.toEqual(expect.objectContaining({ code: 'too_many_redirects' }));
    expect(hits).toHaveLength(4);
  });

  it.each([300, 304, 305, 306, 399])('a %i is an answer, not a direction', async (status) => {
    answer = (_req, res) => void res.writeHead(status, { location: '/elsewhere' }).end();
    expect(await development(`http://127.0.0.1:${port}/start`, bounds)).toMatchObject({ status });
    expect(hits).toEqual(['/start']);
  });

  it('a webhook follows none', async () => {
    answer = (_req, res) => void res.writeHead(307, { location: '/elsewhere' }).end();
    expect(await development(`http://127.0.0.1:${port}/start`, { ...bounds, method: 'POST', body: '{}' })).toMatchObject({ status: 307 });
    expect(hits).toEqual(['/start']);
  });

  it('the body of a redirect is not read', async () => {
    answer = (req, res) => void (req.url === '/start' ? res.writeHead(302, { location: '/end', 'content-length': 1e9 }).write('x') : res.end('ok'));
    expect(Buffer.from((await development(`http://127.0.0.1:${port}/start`, bounds)).body).toString()).toBe('ok');
  });
});
