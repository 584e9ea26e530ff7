import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import Replicate, { validateWebhook } from 'replicate';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { behaviours } from './behaviours';
import { remoteStandIn } from './control';
import { serveStandIn } from './serve';
import { picture, refusal, WAN } from './test-world';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function serve(options: Parameters<typeof serveStandIn>[0] = {}) {
  const served = await serveStandIn({ startAfterMs: 20, afterMs: 60, ...options });
  open.push(served);
  const client = new Replicate({ auth: served.standIn.token, baseUrl: served.standIn.apiUrl });
  const create = async (more: object = {}) => client.predictions.create({ model: WAN, input: { image: await picture(), prompt: 'waves' }, ...more });
  return { ...served, client, create, remote: remoteStandIn(served.url) };
}

/** A receiver of webhooks on this machine. */
async function receive() {
  const got: { headers: Headers; body: string }[] = [];
  const server = createServer(async (request, answer) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    got.push({ headers: new Headers(request.headers as Record<string, string>), body });
    answer.end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  open.push(server);
  return { got, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
}

describe('the stand-in over HTTP', () => {
  it('runs a prediction to its clip and its webhook, on its own', async () => {
    const { client, create, standIn } = await serve();
    const hook = await receive();
    const { id } = await create({ webhook: hook.url, webhook_events_filter: ['completed'] });
    await vi.waitFor(() => expect(hook.got).toHaveLength(1), 10_000);
    const [{ headers, body }] = hook.got as [(typeof hook.got)[number]];
    expect(await validateWebhook({ headers, body } as never, standIn.webhookSecret)).toBe(true);
    const done = await client.predictions.get(id);
    expect(JSON.parse(body)).toEqual(done);
    const clip = await fetch(String(done.output));
    expect([clip.headers.get('content-type'), (await clip.arrayBuffer()).byteLength > 1000]).toEqual(['video/mp4', true]);
  });

  it('is waited for by Prefer: wait', async () => {
    const { create } = await serve();
    expect((await create({ wait: 10 })).status).toBe('succeeded');
  });

  it('is driven and counted by another process', async () => {
    const { create, client, remote } = await serve();
    await remote.script({ model: WAN }, [behaviours.slow(), behaviours.sensitive()]);
    const [one, two] = [await create(), await create()];
    await remote.finish(one.id);
    await vi.waitFor(async () => expect(await remote.running()).toBe(0), 10_000);
    expect((await remote.predictions()).map(({ id, model, status }) => ({ id, model, status }))).toEqual([
      { id: one.id, model: WAN, status: 'succeeded' },
      { id: two.id, model: WAN, status: 'failed' },
    ]);
    expect([await remote.count({ model: WAN }), await remote.count({ model: 'prunaai/p-video' }), await remote.filesUploaded()]).toEqual([2, 0, 2]);
    expect(await remote.counts()).toMatchObject({ 'POST /models/:owner/:name/predictions': 2, 'POST /files': 2 });
    await remote.rateLimit(6, 3);
    expect((await refusal(create())).status).toBe(429);
    await expect(remote.finish('nope')).rejects.toThrow('finish: no prediction nope');
    expect((await client.predictions.list()).results).toHaveLength(2);
  });

  it('cuts connections before and after the effect', async () => {
    const { url, standIn, remote } = await serve();
    const headers = { authorization: `Bearer ${standIn.token}` };
    const post = async () => {
      const image = `data:image/jpeg;base64,${(await picture()).toString('base64')}`;
      return fetch(`${url}/v1/models/${WAN}/predictions`, { method: 'POST', headers, body: JSON.stringify({ input: { image, prompt: 'p' } }) });
    };
    await remote.breakNext({ method: 'POST', path: '/predictions$', how: 'reset' });
    await expect(post()).rejects.toThrow('fetch failed');
    expect(await remote.count()).toBe(0);
    await remote.breakNext({ method: 'POST', path: '/predictions$', how: 'reset', afterEffect: true });
    await expect(post()).rejects.toThrow('fetch failed');
    expect(await remote.count()).toBe(1);
    await remote.breakNext({ method: 'POST', path: '/predictions$', how: 'cut' });
    const half = await post();
    expect(half.status).toBe(201);
    await expect(half.text()).rejects.toThrow('terminated');
    expect((await post()).status).toBe(201);
    expect(await remote.count()).toBe(3);
  });

  it('is a program that says where it is and ends when told', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'test/replicate/serve.ts', '--port', '0', '--token', 'r8_mine'], { stdio: ['ignore', 'pipe', 'inherit'] });
    open.push({ close: () => child.kill('SIGKILL') });
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const url = /at (http:\/\/127\.0\.0\.1:\d+)\/v1, token r8_mine/.exec(line)![1]!;
    expect((await new Replicate({ auth: 'r8_mine', baseUrl: `${url}/v1` }).accounts.current()).username).toBe('motioness');
    expect(await remoteStandIn(url).count()).toBe(0);
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });
});
