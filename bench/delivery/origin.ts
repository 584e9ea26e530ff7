// A child of bench/delivery.ts: serves one clip in one of the ways that are compared, and prints where.
//   fast, next: the built product, with the fast mount or with Next's route alone
//   file:   plain `node:http`, the same headers, the bytes read from the file at each request
//   buffer: the same, without even a file
import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import http, { type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import next from 'next';
import { furnish } from '@/lib/delivery/test-world';
import type { Booted } from '@/lib/boot';
import { runtime } from '@/lib/runtime';

const [way, bytes] = [process.argv[2], Number(process.argv[3])];

// As server.mjs does it.
const slot: { resolve?: (booted: Booted) => void; reject?: (error: unknown) => void } = {};
const booting = new Promise<Booted>((resolve, reject) => Object.assign(slot, { resolve, reject }));
(globalThis as Record<symbol, unknown>)[Symbol.for('motioness.boot')] = slot;
const server = http.createServer();
const app = next({ dev: false, httpServer: server, port: 3000, hostname: 'localhost' });
await app.prepare();
const booted = await booting;
const handle = app.getRequestHandler();
const product: RequestListener = (req, res) => void (way === 'fast' && booted.mount(req, res) ? 0 : handle(req, res));

const rt = runtime();
// The clip is put into place by hand; the engine would fetch its source.
rt.sendEvents = async () => {};
const world = await furnish(rt);
const id = await world.mint('https://acme.com/a.png');
const whole = randomBytes(bytes);
const generation = await world.finish(id, whole);
const file = path.join(rt.env.DATA_DIR, 'objects', `assets/${id}/${generation}.mp4`);
const embed = world.path('acme.com/a.png.mp4');

server.on('request', product);
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;
const { headers } = await fetch(`http://127.0.0.1:${port}${embed}`, { method: 'HEAD' });
const like = Object.fromEntries([...headers].filter(([name]) => !['content-length', 'date', 'connection', 'keep-alive'].includes(name)));

async function read(start: number, length: number): Promise<Uint8Array> {
  if (way === 'buffer') return whole.subarray(start, start + length);
  const handle = await open(file);
  const part = Buffer.allocUnsafe(length);
  await handle.read(part, 0, length, start);
  await handle.close();
  return part;
}

const plain: RequestListener = async (req, res) => {
  if (req.headers['if-none-match'] === like.etag) return res.writeHead(304, like).end();
  const range = /^bytes=(\d+)-(\d+)$/.exec(req.headers.range ?? '');
  const [start, end] = range ? [Number(range[1]), Number(range[2])] : [0, bytes - 1];
  const part = await read(start, end - start + 1);
  res.writeHead(range ? 206 : 200, { ...like, 'Content-Length': part.length, ...(range ? { 'Content-Range': `bytes ${start}-${end}/${bytes}` } : {}) });
  return res.end(part);
};
if (way === 'file' || way === 'buffer') server.off('request', product).on('request', (req, res) => void plain(req, res));

console.log(`\n${JSON.stringify({ port, path: embed, etag: like.etag, file })}`);
