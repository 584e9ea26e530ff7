import net, { type AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { varnishEdge } from './varnish';

// What is not Varnish; the real one is in test/varnish.
let status = 200;
const calls: string[] = [];
// By hand: Node's own server knows no BAN.
const server = net.createServer((socket) => {
  socket.on('error', () => {}).on('data', (data) => {
    const text = data.toString();
    const header = (name: string) => new RegExp(`^${name}: (.*)\\r$`, 'im').exec(text)?.[1] ?? '';
    calls.push(`${text.split(' HTTP/')[0]} ${header('host')} ${header('surrogate-key')}`.trim());
    if (status > 0) socket.end(`HTTP/1.1 ${status} x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
  });
});
let host: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

const purge = (ms = 5_000, paths = ['/v1/k/a.b/c.mp4?idem=x']) => varnishEdge({ url: `http://${host}` }, { publicUrl: 'https://clips.example' }).purge({ paths, tag: 'motioness-1' }, AbortSignal.timeout(ms));

it('names the URL as the world does, and the tag', async () => {
  await purge();
  expect(calls.splice(0).sort()).toEqual(['BAN / clips.example motioness-1', 'PURGE /v1/k/a.b/c.mp4?idem=x clips.example']);
});

it('names as many URLs as rotated keys and secrets make, without a warning of the process', async () => {
  const warnings: Error[] = [];
  const note = (warning: Error) => void warnings.push(warning);
  process.on('warning', note);
  await purge(5_000, Array.from({ length: 40 }, (_, i) => `/v1/k/a.b/${i}.mp4`));
  process.off('warning', note);
  expect([calls.splice(0).length, warnings]).toEqual([41, []]);
});

it('says what is wrong with a Varnish that does not purge', async () => {
  status = 405;
  await expect(purge()).rejects.toThrow(/^Varnish answered 405 to (PURGE|BAN); the list `purgers` of its VCL must have this server's address/);
  status = 503;
  await expect(purge()).rejects.toThrow(/^Varnish answered 503 to (PURGE|BAN)$/);
  status = 0;
  await expect(purge(100)).rejects.toThrow('Varnish: no answer in time');
});
