import { createHash } from 'node:crypto';
import http from 'node:http';

/** The size of the clip that the questions are about. */
export const SIZE = 300_007;

export interface Question {
  method: 'GET' | 'HEAD';
  headers: Record<string, string>;
}
export interface Told {
  status: number;
  headers: Record<string, string | undefined>;
  body: string;
}

export const httpDate = (ms: number) => new Date(ms).toUTCString();

const ranges = [
  'bytes=0-0', 'bytes=0-1', 'bytes=0-', 'bytes=1-', 'bytes=0-65535', 'bytes=65536-131071', 'bytes=262143-262144', 'bytes=262144-262144', 'bytes=1-300006', 'bytes=0-300006', 'bytes=0-300007',
  'bytes=300006-', 'bytes=300006-300006', 'bytes=300006-300007', 'bytes=300006-99999999999999999999', 'bytes=0-99999999999', 'bytes=150000-150000', 'bytes=00-05', 'bytes=-1', 'bytes=-2', 'bytes=-300006', 'bytes=-300007',
  'bytes=-300008', 'bytes=-99999999', 'bytes= 0-4', 'bytes=0-4 ', 'Bytes=0-4', 'BYTES=5-9', 'bytes=299999-', 'bytes=100000-200000', 'bytes=7-7',
  'bytes=300007-', 'bytes=300007-300008', 'bytes=99999999-', 'bytes=-0',
  'lines=0-1', 'none', '', 'items=0-5',
  // Around the borders of our blocks, and where a player jumps to.
  ...[0, 1, 65_535, 65_536, 262_143, 262_144, 262_145, 300_005].flatMap((first) => [0, 1, 65_535, 262_143].map((more) => `bytes=${first}-${first + more}`)),
];
const several = ['bytes=0-1,3-4', 'bytes=0-0,5-6', 'bytes=0-5,3-9', 'bytes=0-0,-1', 'bytes=0-99,100-199', 'bytes=5-9,0-4', 'bytes=0-1, 5-6, 10-11'];
const broken = ['bytes=', 'bytes=-', 'bytes=a-b', 'bytes=5-2', 'bytes=0x1-5', 'bytes=1-2-3', 'bytes=+1-5', 'bytes=1.0-5', 'bytes 0-4', 'bytes=,', 'bytes=--5', 'bytes=1-a'];
const noneMatch = ['$', '*', 'W/$', '"other"', '"other", $', '$, "other"', 'W/"other", W/$', ' $ ', '"a", "b", "c"', '""', 'W/"other"'];

/** Ranges and preconditions of every kind, of a clip modified at `at`. `$` stands for the ETag of whoever is asked. */
export function conditionalQuestions(at: number): Question[] {
  const sinces = [httpDate(at), httpDate(at + 1000), httpDate(at + 86_400_000), httpDate(at - 1000), httpDate(at - 86_400_000), 'yesterday', '', 'Wednesday, 14-Oct-26 12:00:00 GMT', 'Wed Oct 14 12:00:00 2026', 'Wed, 14 Oct 2026 12:00:01 GMT'];
  const ifRanges = ['$', '"other"', 'W/$', httpDate(at), httpDate(at - 1000), httpDate(at + 1000), '$ '];

  return [
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
}

/** One question to a server, on a connection of its own. */
export function ask(host: string, path: string, etag: string, { method, headers }: Question): Promise<Told> {
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

/**
 * What two servers must agree on. Refusals have words of their own; what a 206 or 304 says of ranges at large, or a 304 of a
 * body that it has not, is nothing new, and some leave it out there.
 */
export function comparable({ status, headers, body }: Told): unknown {
  if (status >= 400) return { status, range: headers['content-range'] };
  if (status === 200) return { status, headers, body };
  return { status, headers: { ...headers, 'accept-ranges': undefined, ...(status === 304 ? { 'content-type': undefined } : {}) }, body };
}
