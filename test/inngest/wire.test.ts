import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Inngest } from 'inngest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Scene } from '@/inngest/contract/scene';
import { serverSettings } from '@/inngest/contract/worlds/settings';
import { serverWorld } from '@/inngest/contract/worlds/server';
import { serveStandIn, type ServedStandIn } from './serve';
import { EVENT_KEY, SIGNING_KEY } from './worlds';

const silent = { info() {}, warn() {}, error() {}, debug() {} };
const clientOf = (baseUrl: string, keys: { eventKey?: string; signingKey?: string }) => new Inngest({ id: 'app', isDev: false, baseUrl, logger: silent, ...keys });

describe('the stand-in’s wire', () => {
  let served: ServedStandIn;
  beforeAll(async () => void (served = await serveStandIn({ eventKey: EVENT_KEY, signingKey: SIGNING_KEY })));
  afterAll(() => served.close());

  const register = (body: object, headers: Record<string, string> = {}) =>
    fetch(`${served.url}/fn/register`, { method: 'POST', body: JSON.stringify(body), headers: { authorization: `Bearer ${SIGNING_KEY}`, ...headers } });
  const functions = (more: object = {}) => [{ id: 'app-fn', name: 'fn', triggers: [{ event: 'a/b' }], steps: { step: { retries: { attempts: 0 } } }, ...more }];
  const get = (path: string, key?: string) => fetch(served.url + path, { headers: key ? { authorization: `Bearer ${key}` } : {} });

  it('takes events with its event key only', async () => {
    expect((await clientOf(served.url, { eventKey: EVENT_KEY }).send({ name: 'a/nobody' })).ids).toHaveLength(1);
    await expect(clientOf(served.url, { eventKey: 'another' }).send({ name: 'a/nobody' })).rejects.toThrow('Event key not found');
  });

  it('takes functions with its signing key only, of its own kind, and none it could not run', async () => {
    const app = { appName: 'app', url: 'http://127.0.0.1:9/api/inngest', functions: functions() };
    expect((await register(app, { authorization: 'Bearer signkey-prod-ffff' })).status).toBe(401);
    expect((await register(app, { 'x-inngest-expected-server-kind': 'dev' })).status).toBe(400);
    const odd = await register({ ...app, functions: functions({ debounce: { period: '1m' } }) });
    expect([odd.status, ((await odd.json()) as { error: string }).error]).toEqual([400, 'function "app-fn": option "debounce" is not supported by the embedded engine']);
    expect(await (await register(app)).json()).toEqual({ ok: true, modified: true });
    expect(await (await register(app)).json()).toEqual({ ok: true, modified: false });
  });

  it('says of a run whose app does not answer where it was looked for', async () => {
    await register({ appName: 'app', url: 'http://127.0.0.1:9/api/inngest', functions: functions() });
    const { ids } = await clientOf(served.url, { eventKey: EVENT_KEY }).send({ name: 'a/b' });
    const run = async () => ((await (await get(`/v1/events/${ids[0]}/runs`, SIGNING_KEY)).json()) as { data: { status: string; output: unknown }[] }).data[0];
    await expect.poll(async () => (await run())?.status).toBe('Failed');
    expect(await run()).toMatchObject({ output: { message: expect.stringContaining('the app at http://127.0.0.1:9/api/inngest did not answer') } });
  });

  it('shows runs to those who have its key, plain or hashed', async () => {
    const hashed = 'signkey-prod-' + (await sha256Hex(SIGNING_KEY.replace('signkey-prod-', '')));
    expect((await get('/v1/events/x/runs')).status).toBe(401);
    expect((await get('/v1/events/x/runs', 'signkey-prod-ffff')).status).toBe(401);
    expect(await (await get('/v1/events/x/runs', SIGNING_KEY)).json()).toEqual({ data: [] });
    expect((await get('/v1/events/x/runs', hashed)).status).toBe(200);
    expect((await get('/v1/runs/x', SIGNING_KEY)).status).toBe(404);
    expect((await get('/dev')).status).toBe(200);
  });
});

async function sha256Hex(hex: string): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(hex, 'hex'))).toString('hex');
}

describe('the suite’s world is the environment’s', () => {
  it('is none where no server is named', () => {
    expect(serverSettings({})).toBeUndefined();
    expect(serverSettings({ INNGEST_EVENT_KEY: 'x' })).toBeUndefined();
    expect(serverSettings({ INNGEST_DEV: '1' })).toMatchObject({ functions: { schedule: null }, scheduleMs: undefined });
  });

  it('listens and is found where the environment says', () => {
    const env = { INNGEST_DEV: '1', CONTRACT_HOST: '0.0.0.0', CONTRACT_PORT: '4000', CONTRACT_SERVE_URL: 'http://host.docker.internal:4000', CONTRACT_TIMEOUT_MS: '60000', CONTRACT_CRON: '1' };
    expect(serverSettings(env)).toMatchObject({
      listen: { host: '0.0.0.0', port: 4000 },
      publicUrl: 'http://host.docker.internal:4000',
      limits: { endMs: 60_000 },
      functions: { schedule: '* * * * *' },
      scheduleMs: 60_000,
    });
  });

  it('says what a server answered that does not take its functions', async () => {
    const settings = serverSettings({ INNGEST_BASE_URL: 'http://127.0.0.1:9', INNGEST_EVENT_KEY: 'e', INNGEST_SIGNING_KEY: 'ff' })!;
    await expect(serverWorld(settings)).rejects.toThrow(/the Inngest server at http:\/\/127.0.0.1:9 did not take the functions: 500/);
  });

  it('reaches a dev server started by hand, which signs nothing', { timeout: 60_000 }, async () => {
    const root = path.resolve(import.meta.dirname, '../..');
    const child = spawn(process.execPath, [path.join(root, 'node_modules/tsx/dist/cli.mjs'), 'test/inngest/serve.ts', '--port', '0'], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
      const url = /^stand-in for an Inngest dev server at (http:\S+)$/.exec(line)?.[1];
      const world = await serverWorld(serverSettings({ INNGEST_DEV: url })!);
      const scene = new Scene(world);
      expect((await scene.ended(await scene.send('linear'))).lines).toEqual(['step → StepRun a', 'step → StepRun b', 'step → StepRun c', 'step → 200']);
      scene.conforms();
      expect(scene.runs('linear')[0]!.calls[0]!.headers.get('x-inngest-signature')).toBeNull();
      await world.close();
    } finally {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
  });
});
