import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { Inngest } from 'inngest';
import { serve } from 'inngest/edge';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Log } from '@/lib/log';
import { keepRegistering } from './registration';

const open: { close(): void }[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  open.splice(0).forEach((one) => one.close());
});

/** Something at a port that answers registrations as told, the last answer for good. */
async function serverAnswering(...answers: [status: number, body: string][]): Promise<{ url: string; asked: string[]; server: Server }> {
  const asked: string[] = [];
  const server = createServer(async (req, res) => {
    const { url } = (await json(req)) as { url: string };
    const [status, body] = answers[Math.min(asked.length, answers.length - 1)]!;
    asked.push(`${req.method} ${req.url} ${url}`);
    res.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({ close: () => (server.closeAllConnections(), server.close()) });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, server };
}

function register(baseUrl: string) {
  const lines: string[] = [];
  const write = (_about: unknown, line: string) => void lines.push(line);
  const silent = { info() {}, warn() {}, error() {}, debug() {} };
  const client = new Inngest({ id: 'app', isDev: false, eventKey: 'e', signingKey: 'signkey-test-0011', baseUrl, logger: silent });
  const handler = serve({ client, functions: [client.createFunction({ id: 'fn', triggers: { event: 'a/b' } }, () => 1)] });
  const log = { info: write, warn: write, error: write, debug: write } as unknown as Log;
  const registration = keepRegistering({ handler, appUrl: 'http://app.test/api/inngest', server: baseUrl, log, firstWaitMs: 1 });
  open.push({ close: () => registration.stop() });
  return { lines, registration, done: () => vi.waitUntil(() => lines.some((line) => line.startsWith('registered')), { timeout: 10_000 }) };
}

const taken: [number, string] = [200, '{"ok":true,"modified":true}'];

describe('registering with an Inngest server', () => {
  it('is done once when the server takes it', async () => {
    const server = await serverAnswering(taken);
    const { lines, done } = register(server.url);
    await done();
    expect(lines).toEqual(['registered with the Inngest server']);
    expect(server.asked).toEqual(['POST /fn/register http://app.test/api/inngest']);
  });

  it('names the address that INNGEST_SERVE_ORIGIN says, for a server on a network of its own', async () => {
    vi.stubEnv('INNGEST_SERVE_ORIGIN', 'http://app:3000');
    const server = await serverAnswering(taken);
    await register(server.url).done();
    expect(server.asked).toEqual(['POST /fn/register http://app:3000/api/inngest']);
  });

  it.each([
    ['refuses the key', [401, 'Authentication failed\n'], 'refuses INNGEST_SIGNING_KEY'],
    ['refuses the key in JSON', [401, '{"error":"unknown key","status":401}'], 'refuses INNGEST_SIGNING_KEY'],
    ['does not want a function', [400, '{"error":"function is invalid","status":400}'], 'did not take the functions'],
    ['is something else', [200, '<html>'], 'did not take the functions'],
  ] as [string, [number, string], string][])('says so and goes on trying when the server %s', async (_what, answer, why) => {
    const { lines, done } = register((await serverAnswering(answer, answer, taken)).url);
    await done();
    expect(lines.map((line) => line.split(';')[0])).toEqual([`the Inngest server ${why}`, `the Inngest server ${why}`, 'registered with the Inngest server']);
  });

  it('says so and goes on trying while the server cannot be reached', async () => {
    const { url, server } = await serverAnswering(taken);
    const { port } = new URL(url);
    await new Promise((resolve) => server.close(resolve));
    const { lines, done } = register(url);
    await vi.waitUntil(() => lines.length > 1);
    server.listen(Number(port), '127.0.0.1');
    await done();
    expect(lines[0]).toBe('the Inngest server cannot be reached, and runs wait until it is; see INNGEST_BASE_URL; trying again in 0.001 s');
  });

  it('ends with the process that does it', async () => {
    const { lines, registration } = register((await serverAnswering([503, '{"error":"later","status":503}'])).url);
    await vi.waitUntil(() => lines.length > 0);
    registration.stop();
    const seen = lines.length;
    await new Promise((resolve) => setTimeout(resolve, 50)); // several waits' time
    expect(lines.length).toBe(seen);
  });
});
