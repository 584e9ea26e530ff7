import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeSafeFetch } from './safe-fetch';
import { addresses, alias, lookupAt, type NameServer, startNameServer, type Zone } from './testing/name-server';

// Runs everywhere. What only a public address of our own can show is in hostile-networks.test.ts.
let names: NameServer;
let victim: Server;
let port: number;
let hits = 0;
beforeAll(async () => {
  names = await startNameServer();
  victim = createServer((req, res) => {
    hits++;
    const to = new URL(req.url!, 'http://x').searchParams.get('to');
    if (to) res.writeHead(302, { location: to });
    res.end('a secret');
  });
  await new Promise<void>((resolve) => victim.listen(0, '127.0.0.1', resolve));
  port = (victim.address() as AddressInfo).port;
});
afterAll(async () => {
  names.close();
  await new Promise((resolve) => victim.close(resolve));
});

const code = (expected: string) => expect.objectContaining({ name: 'SafeFetchError', code: expected });
const bounds = { maxBytes: 1000, timeoutMs: 5_000 };
const guarded = (allowPrivate = false) => makeSafeFetch({ allowPrivate, lookup: lookupAt(names) });

const toPrivate: Record<string, string> = {
  loopback: '127.0.0.1', 'the end of loopback': '127.255.255.254', 'this host': '0.0.0.0', 'a private network, 10/8': '10.1.2.3', 'a private network, 172.16/12': '172.31.0.1',
  'a private network, 192.168/16': '192.168.1.1', 'a carrier’s network': '100.127.0.1', 'link-local': '169.254.1.1', 'a cloud’s metadata': '169.254.169.254', 'another cloud’s metadata': '100.100.100.200',
  'protocol assignments': '192.0.0.192', 'documentation, 192.0.2/24': '192.0.2.1', 'documentation, 198.51.100/24': '198.51.100.1', 'documentation, 203.0.113/24': '203.0.113.1', benchmarks: '198.19.0.1',
  multicast: '239.1.1.1', 'the reserved end': '250.0.0.1', broadcast: '255.255.255.255', 'IPv6 loopback': '::1', 'IPv6 nowhere': '::', 'IPv6 unique local': 'fd12::1', 'IPv6 metadata': 'fd00:ec2::254',
  'IPv6 link-local': 'fe80::1', 'IPv6 site-local': 'fec0::1', 'IPv6 multicast': 'ff02::1', 'IPv4 mapped into IPv6': '::ffff:127.0.0.1', 'IPv4-compatible IPv6': '::7f00:1', '6to4': '2002:7f00:1::1',
  NAT64: '64:ff9b::7f00:1', 'local NAT64': '64:ff9b:1::7f00:1', Teredo: '2001:0:7f00:1::1', ISATAP: '2606:4700::5efe:7f00:1', 'IPv6 documentation': '2001:db8::1', 'new IPv6 documentation': '3fff::1', 'IPv6 discard': '100::1',
};

const lies: Array<[name: string, zone: (host: string) => Zone]> = [
  ...Object.entries(toPrivate).map(([name, address]): [string, (host: string) => Zone] => [`a name of ${name}: ${address}`, (host) => addresses(host, address)]),
  ['another name for localhost', (host) => alias(host, 'localhost', '127.0.0.1', '::1')],
  ['another name for a metadata host', (host) => alias(host, 'metadata.google.internal', '169.254.169.254')],
  ['public and private addresses, public first', (host) => addresses(host, '93.184.216.34', '127.0.0.1')],
  ['public and private addresses, private first', (host) => addresses(host, '127.0.0.1', '93.184.216.34')],
  ['public IPv4 and private IPv6', (host) => addresses(host, '93.184.216.34', '::1')],
  ['public IPv6 and private IPv4', (host) => addresses(host, '2606:4700::1', '10.0.0.1')],
  ['a hundred public addresses and one private', (host) => addresses(host, ...Array.from({ length: 20 }, (_, index) => `93.184.216.${index}`), '192.168.0.1')],
  ['a name without addresses', () => () => []],
];

describe('a name that lies leads nowhere', () => {
  it.each(lies)('%s', async (_name, zone) => {
    const host = `lie${lies.findIndex(([name]) => name === _name)}.example`;
    names.zones[host] = zone(host);
    hits = 0;
    await expect(guarded()(`http://${host}:${port}/`, bounds)).rejects.toEqual(code('blocked_address'));
    expect(hits).toBe(0);
    // It was the answer that was judged: the name was asked for.
    expect(names.asked(host).length).toBeGreaterThan(0);
  });

  it.each(['localhost.localdomain', 'metadata.google.internal', 'metadata.goog', 'instance-data', 'kubernetes.default.svc', '127.0.0.1.nip.example'])('the well-known name %s', async (host) => {
    names.zones[host.toLowerCase().replace(/\.$/, '')] = addresses(host.replace(/\.$/, ''), '127.0.0.1');
    hits = 0;
    await expect(guarded()(`http://${host}:${port}/`, bounds)).rejects.toEqual(code('blocked_address'));
    expect(hits).toBe(0);
  });

  it('the second hop is judged by its own answer: public once, private when it counts', async () => {
    const host = 'rebind.example';
    // Loopback stands for the public address here, so development's guard; metadata is closed to that as well.
    names.zones[host] = (type, asked) => addresses(host, asked === 0 ? '127.0.0.1' : '169.254.169.254')(type, asked);
    hits = 0;
    const first = `http://${host}:${port}/?to=${encodeURIComponent(`http://${host}:${port}/secret`)}`;
    await expect(guarded(true)(first, bounds)).rejects.toEqual(code('blocked_address'));
    expect(hits).toBe(1);
  });

  it('nobody waits for a name server that is silent longer than the whole fetch may take', async () => {
    names.zones['silent.example'] = () => null;
    await expect(guarded()('http://silent.example/', { ...bounds, timeoutMs: 200 })).rejects.toEqual(code('timeout'));
  });

  it('a name that nobody has is a failure of the network', () => expect(guarded()('http://nobody.example/', bounds)).rejects.toEqual(code('network')));
});
