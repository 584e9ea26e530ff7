// A child of bench/delivery.ts: serves one clip in one of the ways that are compared. Prints its port, key and path.
import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { fastMount } from '@/lib/fast-mount';
import { makeWorld } from '@/lib/delivery/test-world';

const CLIP_BYTES = 2 * 1024 * 1024;
const way = process.argv[2];

const world = await makeWorld();
world.rt.clock.now = () => Date.now();
const id = await world.mint('https://acme.com/a.png');
const generation = await world.finish(id, randomBytes(CLIP_BYTES));
const file = path.join(world.rt.env.DATA_DIR, 'objects', `assets/${id}/${generation}.mp4`);
const embed = world.path('acme.com/a.png.mp4');
const { headers } = await world.get(embed, {}, 'HEAD');
const like = Object.fromEntries([...headers].filter(([name]) => !['content-length', 'x-request-id'].includes(name)));

/** What `node:http` does at its best: the same headers, and the bytes from the file. */
async function plainFile(req: IncomingMessage, res: ServerResponse): Promise<void> {
  if (req.headers['if-none-match'] === like.etag) return void res.writeHead(304, like).end();
  const range = /^bytes=(\d+)-(\d+)$/.exec(req.headers.range ?? '');
  const [start, end] = range ? [Number(range[1]), Number(range[2])] : [0, CLIP_BYTES - 1];
  const handle = await open(file);
  const bytes = Buffer.allocUnsafe(end - start + 1);
  await handle.read(bytes, 0, bytes.length, start);
  await handle.close();
  res.writeHead(range ? 206 : 200, { ...like, 'Content-Length': bytes.length, ...(range ? { 'Content-Range': `bytes ${start}-${end}/${CLIP_BYTES}` } : {}) });
  res.end(bytes);
}

const whole = randomBytes(CLIP_BYTES);
/** The same without a file: a buffer that is there. */
function plainBuffer(req: IncomingMessage, res: ServerResponse): void {
  if (req.headers['if-none-match'] === like.etag) return void res.writeHead(304, like).end();
  const range = /^bytes=(\d+)-(\d+)$/.exec(req.headers.range ?? '');
  const bytes = range ? whole.subarray(Number(range[1]), Number(range[2]) + 1) : whole;
  res.writeHead(range ? 206 : 200, { ...like, 'Content-Length': bytes.length, ...(range ? { 'Content-Range': `bytes ${range[1]}-${range[2]}/${CLIP_BYTES}` } : {}) });
  res.end(bytes);
}

const listeners: Record<string, RequestListener> = {
  fast: (req, res) => void (fastMount(req, res) || res.writeHead(404).end()),
  file: (req, res) => void plainFile(req, res),
  buffer: plainBuffer,
};
const server = createServer(listeners[way!]!);
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: (server.address() as AddressInfo).port, path: embed, etag: headers.get('etag'), file })));
process.on('SIGTERM', () => {
  server.closeAllConnections();
  void world.close().then(() => process.exit(0));
});
