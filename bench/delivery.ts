// How fast embed URLs are answered, each figure beside its baseline of the same run. Needs the build, wrk, and for some
// rows nginx, varnishd and PostgreSQL (all in Debian). `npm run bench`, or parts: npx tsx bench/delivery.ts rates
import { readFile, stat } from 'node:fs/promises';
import { startNginxWithFile } from '@/test/proxies/nginx-files';
import { freePort, startVarnish } from '@/test/varnish/varnishd';
import { load, median } from './delivery/load';
import { lookup } from './delivery/lookup';
import { slowReaders } from './delivery/slow-readers';
import { startOrigin } from './delivery/start-origin';

process.env.PATH += ':/usr/sbin:/usr/local/sbin';
const ROUNDS = 5;
const SECONDS = 2;
const RANGE = { Range: 'bytes=65536-131071' };

const parts: Record<string, () => Promise<void>> = { rates, memory: async () => console.table(await slowReaders()), growth: async () => console.table(await lookup()) };
const wanted = process.argv.slice(2);
for (const [name, part] of Object.entries(parts)) {
  if (wanted.length === 0 || wanted.includes(name)) await part();
}
process.exit(0);

interface Server {
  name: string;
  url: string;
  etag: string;
  stop(): Promise<void>;
}

async function servers(): Promise<Server[]> {
  const at = (name: string, { port, path, etag, stop }: { port: number; path: string; etag: string; stop(): Promise<void> }): Server => ({ name, url: `http://127.0.0.1:${port}${path}`, etag, stop });
  const [fast, next, file, buffer] = [await startOrigin('fast'), await startOrigin('next'), await startOrigin('file'), await startOrigin('buffer')];
  const nginx = await startNginxWithFile(await readFile(fast.file), (await stat(fast.file)).mtimeMs);
  const etag = (await fetch(`http://${nginx.host}/clip.mp4`, { method: 'HEAD' })).headers.get('etag')!;
  const varnish = async (name: string, origin: typeof fast, file?: string): Promise<Server> => {
    const port = await freePort();
    const started = await startVarnish({ originPort: origin.port, port, file });
    return at(name, { ...origin, port, stop: started.stop });
  };
  return [
    at('fast', fast),
    at('next', next),
    at('file', file),
    at('buffer', buffer),
    { name: 'nginx', url: `http://${nginx.host}/clip.mp4`, etag, stop: nginx.stop },
    await varnish('varnish+us', fast),
    await varnish('varnish alone', buffer, 'bench/delivery/plain.vcl'),
  ];
}

/** Requests a second; the servers take turns, so that what the machine does meanwhile falls on all. */
async function rates(): Promise<void> {
  const all = await servers();
  try {
    await measure(all);
  } finally {
    for (const server of all.toReversed()) await server.stop();
  }
}

async function measure(all: Server[]): Promise<void> {
  const cases = [
    { name: '64 KiB range, 1 connection', connections: 1, headers: () => RANGE },
    { name: '64 KiB range, 50 connections', connections: 50, headers: () => RANGE },
    { name: '2 MiB whole, 1 connection', connections: 1, headers: () => ({}) },
    { name: '2 MiB whole, 50 connections', connections: 50, headers: () => ({}) },
    { name: '304, 50 connections', connections: 50, headers: ({ etag }: Server) => ({ 'If-None-Match': etag }) },
  ];
  const table: Record<string, Record<string, number>> = {};
  for (const { name, connections, headers } of cases) {
    const seen: Record<string, number[]> = {};
    for (const { url, ...server } of all) await load({ url, connections, headers: headers({ url, ...server }), seconds: 1 });
    for (let round = 0; round < ROUNDS; round++) {
      for (const server of all) (seen[server.name] ??= []).push(await load({ url: server.url, connections, headers: headers(server), seconds: SECONDS }));
    }
    const row = Object.fromEntries(Object.entries(seen).map(([key, values]) => [key, Math.round(median(values))]));
    // Of each round by itself: the machine's own ups and downs fall on neighbours alike.
    const ratio = (a: string, b: string) => Math.round(median(seen[a]!.map((rate, i) => rate / seen[b]![i]!)) * 100) / 100;
    table[name] = { ...row, 'fast/file': ratio('fast', 'file'), 'fast/next': ratio('fast', 'next'), 'fast/buffer': ratio('fast', 'buffer'), 'us/varnish': ratio('varnish+us', 'varnish alone') };
  }
  console.table(table);
}
