// Run by hostile-networks.test.ts inside a network namespace of its own, where public and private addresses alike are
// this machine's, and whose resolver is the server below: the production guard against a whole hostile network, and no
// packet leaves. Prints what came of each attack as JSON.
import { createServer } from 'node:http';
import { makeSafeFetch } from '../safe-fetch';
import { isSafeFetchError } from '../safe-fetch-error';
import { addresses, alias, startNameServer } from './name-server';

const PUBLIC = '93.184.216.34';
const VICTIMS = ['127.0.0.1', '10.0.0.1', '192.168.0.1', '100.64.0.1', '169.254.169.254', '::1', 'fd00::1'];

export interface Result {
  name: string;
  /** A status, or the code of the refusal. */
  outcome: string;
  /** Private addresses that were reached. */
  reached: string[];
  /** The questions that the name server was asked. */
  asked: number;
}

let reached: string[] = [];
const listen = (address: string, answer: Parameters<typeof createServer>[1]) =>
  new Promise<void>((resolve) => createServer(answer).listen(80, address, resolve));
for (const victim of VICTIMS) {
  await listen(victim, (_req, res) => {
    reached.push(victim);
    res.end('a secret');
  });
}
await listen(PUBLIC, (req, res) => {
  const { pathname, searchParams } = new URL(req.url!, 'http://x');
  if (pathname !== '/to') return res.end('a picture');
  return res.writeHead(Number(searchParams.get('status')), { location: Buffer.from(searchParams.get('url')!).toString('latin1') }).end();
});
const names = await startNameServer(53);
const { zones } = names;
const evil = 'evil.example';
zones[evil] = addresses(evil, PUBLIC);
const rebind = (to: string) => (name: string) => {
  zones[name] = (type, asked) => addresses(name, asked === 0 ? PUBLIC : to)(type, asked);
};
const points = (to: string) => (name: string) => void (zones[name] = addresses(name, to));
const redirect = (status: number, url: string) => `http://${evil}/to?status=${status}&url=${encodeURIComponent(url)}`;

const attacks: Array<[name: string, url: (host: string) => string, prepare?: (host: string) => void]> = [
  ['nothing at all: a public picture', () => `http://${evil}/picture`],
  ['nothing at all: a public redirect', () => redirect(302, `http://${evil}/picture`)],
  ...VICTIMS.map((victim): [string, () => string] => [`a redirect to ${victim}`, () => redirect(302, `http://${victim.includes(':') ? `[${victim}]` : victim}/`)]),
  ...[301, 303, 307, 308].map((status): [string, () => string] => [`a ${status} to loopback`, () => redirect(status, 'http://127.0.0.1/')]),
  ...['2130706433', '0x7f000001', '0177.0.0.1', '127.1', '0', 'localhost', '[::ffff:127.0.0.1]', '[::ffff:a9fe:a9fe]', '①②⑦.⓪.⓪.①'].map(
    (host): [string, () => string] => [`a redirect to ${host}`, () => redirect(302, `http://${host}/`)],
  ),
  ['a redirect to another public page that redirects to loopback', () => redirect(302, redirect(302, 'http://127.0.0.1/'))],
  ...VICTIMS.map((victim): [string, (host: string) => string, (host: string) => void] => [`a name of ${victim}`, (host) => `http://${host}/`, points(victim)]),
  ['a redirect to a name of loopback', (host) => redirect(302, `http://${host}/`), points('127.0.0.1')],
  ['another name for localhost', (host) => `http://${host}/`, (host) => void (zones[host] = alias(host, 'localhost', '127.0.0.1', '::1'))],
  ['a public and a private address', (host) => `http://${host}/`, (host) => void (zones[host] = addresses(host, PUBLIC, '10.0.0.1'))],
  ['a public IPv4 and a private IPv6 address', (host) => `http://${host}/`, (host) => void (zones[host] = addresses(host, PUBLIC, '::1'))],
  ['rebinding: public to the check, private to the socket', (host) => `http://${host}/`, rebind('127.0.0.1')],
  ['rebinding between a redirect and its target', (host) => `http://${host}/to?status=302&url=${encodeURIComponent(`http://${host}/secret`)}`, rebind('169.254.169.254')],
  ['a name that nobody has', (host) => `http://${host}/`],
  ['a name server that never answers', (host) => `http://${host}/`, (host) => void (zones[host] = () => null)],
];

const guarded = makeSafeFetch({ allowPrivate: false });
const results: Result[] = [];
for (const [index, [name, url, prepare]] of attacks.entries()) {
  const host = `host${index}.example`;
  prepare?.(host);
  reached = [];
  const outcome = await guarded(url(host), { maxBytes: 1000, timeoutMs: 1000 }).then(
    ({ status }) => String(status),
    (error: unknown) => (isSafeFetchError(error) ? error.code : String(error)),
  );
  results.push({ name, outcome, reached, asked: names.asked(host).filter((type) => type === 'A').length });
}
// Many names whose servers never answer, and meanwhile somebody else's picture.
const silent = Array.from({ length: 32 }, (_, index) => `silent${index}.example`);
for (const host of silent) zones[host] = () => null;
const hanging = silent.map((host) => guarded(`http://${host}/`, { maxBytes: 1000, timeoutMs: 4000 }).catch(() => {}));
const other = await guarded(`http://${evil}/picture`, { maxBytes: 1000, timeoutMs: 2000 }).catch((error: { code: string }) => ({ status: error.code }));
results.push({ name: 'a picture beside 32 silent name servers', outcome: String(other.status), reached: [], asked: 0 });
await Promise.all(hanging);
// Without the guard they are all within reach: it is the guard that keeps them.
reached = [];
for (const victim of VICTIMS) await fetch(`http://${victim.includes(':') ? `[${victim}]` : victim}/`);
results.push({ name: 'no guard', outcome: '200', reached, asked: 0 });
process.stdout.write(JSON.stringify(results), () => process.exit(0));
