// Times the built product as its users meet it: starts, the regenerate call, the first frame, and how the API answers
// while two clips render. Run after `npm run build`: node bench/product.mjs. Prints JSON and a table.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';

const port = await freePort();
const base = `http://127.0.0.1:${port}`;
const dataDir = mkdtempSync(path.join(os.tmpdir(), 'motioness-bench-'));
const picture = await sharp({ create: { width: 1280, height: 720, channels: 3, background: '#457', noise: { type: 'gaussian', mean: 120, sigma: 40 } } })
  .blur(6).jpeg().toBuffer();

/** @param {number[]} values @param {number} q */
const quantile = (values, q) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))] ?? NaN;
/** @param {number[]} values */
const spread = (values) => ({ p50: round(quantile(values, 0.5)), p99: round(quantile(values, 0.99)), n: values.length });
/** @param {number} x */
const round = (x) => Math.round(x * 10) / 10;

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port: free } = /** @type {net.AddressInfo} */ (server.address());
  await new Promise((done) => server.close(done));
  return free;
}

async function start() {
  const begun = performance.now();
  const env = { ...process.env, PORT: String(port), HOST: '127.0.0.1', PUBLIC_URL: base, DATA_DIR: dataDir, LOG_LEVEL: 'warn', DATABASE_URL: '' };
  const child = spawn(process.execPath, ['server.mjs'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  let listeningMs = 0;
  await new Promise((done, fail) => {
    child.once('exit', (code) => fail(new Error(`the server ended with ${code}`)));
    child.stdout.on('data', (chunk) => {
      text += chunk;
      if (!listeningMs && text.includes('listening')) listeningMs = performance.now() - begun;
      if (text.includes('Regenerate')) done(undefined);
    });
  });
  return { child, listeningMs, demoMs: performance.now() - begun };
}

/** @param {import('node:child_process').ChildProcess} child */
async function stop(child) {
  const ended = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  await ended;
}

/** @param {string} name */
async function account(name) {
  const answer = await fetch(`${base}/api/user/signup`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email: `${name}@bench.example`, password: 'correct horse', name }),
  });
  const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  /** @param {string} url @param {RequestInit} [init] */
  const call = async (url, init = {}) => {
    const done = await fetch(base + url, { ...init, headers: { Cookie: cookie, ...(typeof init.body === 'string' ? { 'Content-Type': 'application/json' } : {}) } });
    if (!done.ok) throw new Error(`${url}: ${done.status} ${await done.text()}`);
    return done.json();
  };
  const { projects } = await call('/api/projects');
  const form = new FormData();
  form.set('file', new Blob([picture], { type: 'image/jpeg' }), 'x.jpg');
  const { url } = await call('/api/v1/upload', { method: 'POST', body: form });
  const { asset_id: id } = await call('/api/v1/prepare', { method: 'POST', body: JSON.stringify({ project_id: projects[0].id, src: url, mode: 'animate-in' }) });
  await settled(call, id);
  return { call, cookie, id };
}

/** @param {(url: string) => Promise<any>} call @param {string} id */
async function settled(call, id) {
  for (let n = 0; n < 600; n += 1) {
    const { asset } = await call(`/api/assets/${id}`);
    if (!asset.in_flight) return asset;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error('a generation did not end');
}

/** Milliseconds from the accepted call to the first progress of the render. @param {Awaited<ReturnType<typeof account>>} user */
async function firstFrame({ call, cookie, id }) {
  const stream = await fetch(`${base}/api/assets/${id}/events?progress=1&last_event_id=999999999`, { headers: { Cookie: cookie } });
  const reader = /** @type {ReadableStream<Uint8Array>} */ (stream.body).getReader();
  await reader.read();
  await call(`/api/assets/${id}/regenerate`, { method: 'POST', body: '{}' });
  const accepted = performance.now();
  for (let text = ''; ; ) {
    const { value, done } = await reader.read();
    if (done) throw new Error('the stream ended');
    text += new TextDecoder().decode(value);
    const frame = [...text.matchAll(/"stage":"single","fraction":([\d.]+)/g)].some((match) => Number(match[1]) > 0.08);
    if (!frame) continue;
    const ms = performance.now() - accepted;
    await reader.cancel();
    await settled(call, id);
    return ms;
  }
}

/** @param {() => Promise<unknown>} work */
async function timed(work) {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

const first = await start();
await stop(first.child);
const second = await start();
try {
  const users = [];
  for (let n = 0; n < 6; n += 1) users.push(await account(`user${n}`));
  const frames = [];
  for (const user of users) frames.push(await firstFrame(user));
  const calls = [];
  for (const { call, id } of users) {
    for (let n = 0; n < 20; n += 1) {
      calls.push(await timed(() => call(`/api/assets/${id}/regenerate`, { method: 'POST', body: '{}' })));
      await call(`/api/assets/${id}/cancel`, { method: 'POST' });
    }
  }
  const [a, b, watcher] = /** @type {[any, any, any]} */ (users);
  await Promise.all([a, b].map(({ call, id }) => call(`/api/assets/${id}/regenerate`, { method: 'POST', body: '{"mode":"loop","dur_seconds":8}' })));
  /** @type {Record<string, number[]>} */
  const busy = { page: [], api: [], embed: [] };
  const { asset } = await watcher.call(`/api/assets/${watcher.id}`);
  let rendering = true;
  void Promise.all([a, b].map(({ call, id }) => settled(call, id))).then(() => (rendering = false));
  while (rendering && (busy.page?.length ?? 0) < 2_000) {
    busy.page?.push(await timed(() => fetch(`${base}/dashboard`, { headers: { Cookie: watcher.cookie } }).then((r) => r.text())));
    busy.api?.push(await timed(() => fetch(`${base}/api/user/session`, { headers: { Cookie: watcher.cookie } }).then((r) => r.text())));
    busy.embed?.push(await timed(() => fetch(asset.embed_url, { headers: { Range: 'bytes=0-65535' } }).then((r) => r.arrayBuffer())));
  }
  const result = {
    startMs: { firstListening: round(first.listeningMs), firstWithDemoClip: round(first.demoMs), secondListening: round(second.listeningMs) },
    regenerateCallMs: spread(calls),
    acceptedToFirstFrameMs: spread(frames),
    whileTwoClipsRenderMs: Object.fromEntries(Object.entries(busy).map(([name, values]) => [name, spread(values)])),
  };
  console.log(JSON.stringify(result));
  console.table({ ...Object.fromEntries(Object.entries({ 'regenerate call': calls, 'first frame': frames, ...busy }).map(([k, v]) => [k, spread(v)])) });
} finally {
  await stop(second.child);
  rmSync(dataDir, { recursive: true, force: true });
}
