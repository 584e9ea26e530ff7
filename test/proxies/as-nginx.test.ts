import { createHash, randomBytes } from 'node:crypto';
import http from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliver } from '@/lib/delivery/deliver';
import { makeWorld, mounts, startServer, type World } from '@/lib/delivery/test-world';
import { fastMount } from '@/lib/fast-mount';
import { startNginxWithFile } from './nginx-files';

// The same bytes behind nginx and behind us, asked the same questions. `$` stands for each server's own ETag.
const SIZE = 300_007;
const clip = randomBytes(SIZE);
const AT = Date.UTC(2026, 9, 14, 12);
const date = (ms: number) => new Date(ms).toUTCString();

interface Question {
  method: 'GET' | 'HEAD';
  headers: Record<string, string>;
}
interface Told {
  status: number;
  headers: Record<string, string | undefined>;
  body: string;
}

const ranges = [
  'bytes=0-0', 'bytes=0-1', 'bytes=0-', 'bytes=1-', 'bytes=0-65535', 'bytes=65536-131071', 'bytes=262143-262144', 'bytes=262144-262144', 'bytes=1-300006', 'bytes=0-300006', 'bytes=0-300007',
  'bytes=300006-', 'bytes=300006-300006', 'bytes=300006-300007', 'bytes=300006-99999999999999999999', 'bytes=0-99999999999', 'bytes=150000-150000', 'bytes=00-05', 'bytes=-1', 'bytes=-2', 'bytes=-300006', 'bytes=-300007',
  'bytes=-300008', 'bytes=-99999999', 'bytes= 0-4', 'bytes=0-4 ', 'Bytes=0-4', 'BYTES=5-9', 'bytes=299999-', 'bytes=100000-200000', 'bytes=7-7',
  'bytes=300007-', 'bytes=300007-300008', 'bytes=99999999-', 'bytes=-0',
  'lines=0-1', 'none', '', 'items=0-5',
  // Around the borders of our blocks, and where a player jumps to.
  ...[0, 1, 65_535, 65_536, 262_143, 262_144, 262_145, 300_005].flatMap((first) => [0, 1, 65_535, 262_143].map((more) => `bytes=${first}-${first + more}`)),
];
const several = ['bytes=0-1,3-4', 'bytes=0-0,-1', 'bytes=0-99,100-199', 'bytes=5-9,0-4', 'bytes=0-1, 5-6, 10-11'];
const broken = ['bytes=', 'bytes=-', 'bytes=a-b', 'bytes=5-2', 'bytes=0x1-5', 'bytes=1-2-3', 'bytes=+1-5', 'bytes=1.0-5', 'bytes 0-4', 'bytes=,', 'bytes=--5', 'bytes=1-a'];
const noneMatch = ['$', '*', 'W/$', '"other"', '"other", $', '$, "other"', 'W/"other", W/$', ' $ ', '"a", "b", "c"', '""', 'W/"other"'];
const sinces = [date(AT), date(AT + 1000), date(AT + 86_400_000), date(AT - 1000), date(AT - 86_400_000), 'yesterday', '', 'Wednesday, 14-Oct-26 12:00:00 GMT', 'Wed Oct 14 12:00:00 2026', 'Wed, 14 Oct 2026 12:00:01 GMT'];
const ifRanges = ['$', '"other"', 'W/$', date(AT), date(AT - 1000), date(AT + 1000), '$ '];

const questions: Question[] = [
  ...['GET', 'HEAD'].flatMap((method) => [{}, ...[...ranges, ...several, ...broken].map((range) => ({ range }))].map((headers) => ({ method, headers }))),
  ...['GET', 'HEAD'].flatMap((method) => noneMatch.map((value) => ({ method, headers: { 'if-none-match': value } }))),
  ...['GET', 'HEAD'].flatMap((method) => sinces.map((value) => ({ method, headers: { 'if-modified-since': value } }))),
  ...['GET', 'HEAD'].flatMap((method) => noneMatch.map((value) => ({ method, headers: { 'if-match': value } }))),
  ...['GET', 'HEAD'].flatMap((method) => sinces.map((value) => ({ method, headers: { 'if-unmodified-since': value } }))),
  ...ranges.flatMap((range) => ['$', '"other"'].map((value) => ({ method: 'GET', headers: { range, 'if-range': value } }))),
  ...ifRanges.flatMap((value) => ['bytes=10-19', 'bytes=-5', 'bytes=300007-', 'bytes=0-'].map((range) => ({ method: 'GET', headers: { range, 'if-range': value } }))),
  ...noneMatch.slice(0, 6).flatMap((value) => sinces.slice(0, 5).map((since) => ({ method: 'GET', headers: { 'if-none-match': value, 'if-modified-since': since, range: 'bytes=0-9' } }))),
  ...noneMatch.slice(0, 6).flatMap((value) => sinces.slice(0, 5).map((since) => ({ method: 'GET', headers: { 'if-match': value, 'if-unmodified-since': since, range: 'bytes=0-9' } }))),
] as Question[];

const isRange = (text = '') => /^bytes=/i.test(text.trim());
const isOne = (text = '') => /^bytes=\s*(\d+-\d*|-\d+)\s*$/i.test(text.trim()) && text !== 'bytes=5-2';

/** Where we do otherwise, and why; ours first, then nginx's. Whatever is not listed must be the same. */
const differences: Array<{ why: string; is(question: Question): boolean; statuses: Array<[number, number]> }> = [
  {
    why: 'Range is defined for GET alone (RFC 9110, 14.2); nginx slices a HEAD as well',
    is: ({ method, headers: { range } }) => method === 'HEAD' && isRange(range),
    statuses: [[200, 206], [200, 416], [200, 200]],
  },
  {
    why: 'several ranges: the whole (15.3.7.2 permits it), for no media player reads multipart bodies',
    is: ({ method, headers: { range = '' } }) => method === 'GET' && /\d,/.test(range),
    statuses: [[200, 206]],
  },
  {
    why: 'a Range that breaks the grammar is ignored (14.2), not refused',
    is: ({ method, headers: { range } }) => method === 'GET' && isRange(range) && !isOne(range) && !/\d,/.test(range!),
    statuses: [[200, 416], [200, 200]],
  },
  {
    why: 'an end beyond what 64 bits hold is still only beyond the end (14.1.2)',
    is: ({ method, headers: { range = '' } }) => method === 'GET' && range.includes('99999999999999999999'),
    statuses: [[206, 416], [200, 200]],
  },
  {
    why: 'If-Range by date is never honoured: two clips may be of one second, and no response may mix them',
    is: ({ headers }) => headers['if-range'] === date(AT),
    statuses: [[200, 206], [200, 416]],
  },
  {
    why: 'If-Modified-Since is ignored beside If-None-Match (13.1.3); nginx wants both to agree',
    is: ({ headers }) => headers['if-modified-since'] !== undefined && /[$*]/.test(headers['if-none-match'] ?? ''),
    statuses: [[304, 206], [304, 304]],
  },
  {
    why: 'If-Unmodified-Since is ignored beside If-Match (13.1.4); nginx wants both to agree',
    is: ({ headers }) => headers['if-match'] !== undefined && headers['if-unmodified-since'] !== undefined,
    statuses: [[206, 412], [206, 206], [412, 412]],
  },
  {
    why: 'an If-Unmodified-Since that is no date is ignored (13.1.4); nginx refuses it',
    is: ({ headers }) => ['yesterday', ''].includes(headers['if-unmodified-since']!),
    statuses: [[200, 412]],
  },
];

function ask(host: string, path: string, etag: string, { method, headers }: Question): Promise<Told> {
  return new Promise((resolve, reject) => {
    const own = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replaceAll('$', etag)]));
    const req = http.request(`http://${host}`, { path, method, headers: own, agent: false }, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => void chunks.push(chunk)).on('error', reject);
      res.on('end', () => {
        const bytes = Buffer.concat(chunks);
        const kept = ['content-length', 'content-range', 'last-modified', 'content-type', 'accept-ranges'];
        const said = Object.fromEntries(kept.map((name) => [name, res.headers[name] as string | undefined]));
        const own = res.headers.etag && (res.headers.etag === etag ? '$' : res.headers.etag);
        resolve({ status: res.statusCode!, headers: { ...said, etag: own }, body: createHash('sha256').update(bytes).digest('hex') });
      });
    });
    req.on('error', reject).end();
  });
}

/** Refusals have words of their own; an Accept-Ranges on a 206 or 304 says nothing new, and nginx leaves it out there. */
function comparable({ status, headers, body }: Told): unknown {
  if (status >= 400) return { status, range: headers['content-range'] };
  if (status === 200) return { status, headers, body };
  return { status, headers: { ...headers, 'accept-ranges': undefined }, body };
}

describe.each(mounts)('through %s', (mount) => {
  let world: World;
  let ours: Awaited<ReturnType<typeof startServer>>;
  let nginx: Awaited<ReturnType<typeof startNginxWithFile>>;
  let both: (question: Question) => Promise<[Told, Told]>;

  beforeAll(async () => {
    world = await makeWorld();
    await world.finish(await world.mint('https://acme.com/a.png'), clip);
    ours = await startServer(mount === 'the fast mount' ? (req, res) => void fastMount(req, res) : getRequestListener(deliver, { overrideGlobalObjects: false }));
    nginx = await startNginxWithFile(clip, AT);
    const path = world.path('acme.com/a.png.mp4');
    const etagOf = async (url: string) => (await fetch(url, { method: 'HEAD' })).headers.get('etag')!;
    const etags = [await etagOf(`http://${ours.host}${path}`), await etagOf(`http://${nginx.host}/clip.mp4`)] as const;
    both = (question) => Promise.all([ask(ours.host, path, etags[0], question), ask(nginx.host, '/clip.mp4', etags[1], question)]);
  });
  afterAll(async () => {
    await nginx?.stop();
    await ours?.close();
    await world?.close();
  });

  const known = (question: Question) => differences.filter(({ is }) => is(question));
  const same = questions.filter((question) => known(question).length === 0);

  it(`${same.length} requests are answered as nginx answers them: status, headers and bytes`, async () => {
    expect(same.length).toBeGreaterThan(200);
    for (const question of same) {
      const [mine, its] = await both(question);
      expect(comparable(mine), JSON.stringify(question)).toEqual(comparable(its));
    }
  });

  it.each(differences)('otherwise, and so: $why', async ({ is, statuses }) => {
    const seen = new Set<string>();
    for (const question of questions.filter(is)) {
      const [mine, its] = await both(question);
      const statuses = known(question).flatMap((difference) => difference.statuses.map(String));
      expect(statuses, JSON.stringify(question)).toContain(String([mine.status, its.status]));
      if (mine.status === its.status) expect(comparable(mine), JSON.stringify(question)).toEqual(comparable(its));
      seen.add(String([mine.status, its.status]));
    }
    // A difference that is none any more has no place here.
    expect([...seen].some((pair) => statuses.map(String).includes(pair) && new Set(pair.split(',')).size === 2)).toBe(true);
  });
});
