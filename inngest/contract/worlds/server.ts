import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Inngest } from 'inngest';
import { serverOptions } from '../../server-options';
import type { ServerSettings } from './settings';
import { makeApp, readMaxAttempts, silent, type RunView, type World } from './world';

/**
 * An Inngest server, reached as the product reaches it: the functions served over HTTP, synced by the SDK, events sent
 * by the SDK's client, runs read from the REST API.
 */
export async function serverWorld({ env, listen, publicUrl, ...settings }: ServerSettings): Promise<World> {
  const options = serverOptions(env);
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(listen.port, listen.host, resolve));
  const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new Inngest({ id: 'motioness-contract', checkpointing: false, logger: silent, ...options });
  const app = makeApp(client, settings.functions, publicUrl ?? own);
  server.on('request', getRequestListener(app.handler, { overrideGlobalObjects: false }));
  const sync = () => syncWith(`${own}/api/inngest`, options.baseUrl ?? client.apiBaseUrl);
  const api = new URL(options.baseUrl ?? client.apiBaseUrl);
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  try {
    await sync();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    app,
    expected: { signingKey: options.isDev ? undefined : options.signingKey, maxAttempts: await readMaxAttempts(app, options.signingKey ?? 'unsigned'), toleranceMs: settings.toleranceMs },
    limits: settings.limits,
    runsOf: (eventId) => readRuns(api, options.isDev ? undefined : options.signingKey, eventId),
    async deploy(changed) {
      app.deploy(changed);
      await sync();
    },
    passTime: settings.passTime ?? (() => {}),
    looksBack: settings.looksBack,
    scheduleMs: settings.scheduleMs,
    close,
  };
}

/** SDK specification 4.3: any PUT makes the SDK register its functions. */
async function syncWith(url: string, server: string): Promise<void> {
  const res = await fetch(url, { method: 'PUT' });
  const text = await res.text();
  if (!res.ok) throw new Error(`the Inngest server at ${server} did not take the functions: ${res.status} ${text}`);
}

/**
 * `GET /v1/events/{id}/runs`, then `GET /v1/runs/{id}` for each, as the first may be some seconds old. What a server
 * does not know yet is looked for again by whoever asked.
 */
async function readRuns(api: URL, signingKey: string | undefined, eventId: string): Promise<RunView[]> {
  const get = async (path: string): Promise<unknown> => {
    const res = await fetch(new URL(path, api), { headers: signingKey ? { authorization: `Bearer ${signingKey}` } : {} });
    const text = await res.text();
    if (res.status === 401 || res.status === 403) throw new Error(`GET ${path}: ${res.status} ${text.slice(0, 200)}`);
    if (!res.ok) return undefined;
    const body = JSON.parse(text) as { data?: unknown };
    return body.data ?? body;
  };
  type Run = { run_id: string; status: string; output: unknown };
  const listed = ((await get(`/v1/events/${encodeURIComponent(eventId)}/runs`)) ?? []) as Run[];
  return Promise.all(
    listed.map(async (seen) => {
      const { run_id: id, status, output } = ((await get(`/v1/runs/${seen.run_id}`)) ?? seen) as Run;
      return { id, status, output };
    }),
  );
}
