import { afterAll, beforeAll, expect, it } from 'vitest';
import { startServer } from '../delivery/test-world';
import { varnishEdge } from './varnish';

// What is not Varnish; the real one is in test/varnish.
let server: Awaited<ReturnType<typeof startServer>>;
let status = 200;
const calls: string[] = [];
beforeAll(async () => {
  server = await startServer((req, res) => {
    calls.push(`${req.method} ${req.url} ${req.headers.host} ${String(req.headers['surrogate-key'] ?? '')}`.trim());
    if (status > 0) res.writeHead(status).end();
  });
});
afterAll(() => server.close());

const purge = (ms = 5_000) => varnishEdge({ url: `http://${server.host}` }, { publicUrl: 'https://clips.example' }).purge({ paths: ['/v1/k/a.b/c.mp4?idem=x'], tag: 'motioness-1' }, AbortSignal.timeout(ms));

it('names the URL as the world does, and the tag', async () => {
  await purge();
  expect(calls.splice(0).sort()).toEqual(['BAN / clips.example motioness-1', 'PURGE /v1/k/a.b/c.mp4?idem=x clips.example']);
});

it('says what is wrong with a Varnish that does not purge', async () => {
  status = 405;
  await expect(purge()).rejects.toThrow(/^Varnish answered 405 to (PURGE|BAN); the list `purgers` of its VCL must have this server's address/);
  status = 503;
  await expect(purge()).rejects.toThrow(/^Varnish answered 503 to (PURGE|BAN)$/);
  status = 0;
  await expect(purge(100)).rejects.toThrow('Varnish: no answer in time');
});
