/**
 * A local stand-in for an Inngest server. The wire is real: events come in, apps register and are called, and runs are
 * read over HTTP, signed as the SDK specification says. The executor behind it is our own embedded engine: what it shows
 * is that product and contract suite work through a server's interfaces, not how Inngest's executor behaves. A real
 * server is reached by the environment alone (docs/inngest.md).
 */
import { signBody } from '@/inngest/engine/json';
import { EngineStartError } from '@/inngest/engine';
import { makeExecutor, type Registration } from './executor';
import { isSigningKey } from './keys';
import { eventRuns, findRun } from './runs';

export interface StandInOptions {
  /** Neither for a dev server. */
  eventKey?: string;
  signingKey?: string;
  clock?: { now(): number };
}

const refuse = (status: number, error: string): Response => Response.json({ error, status }, { status });

export async function makeStandIn({ eventKey, signingKey, clock }: StandInOptions = {}) {
  const executor = await makeExecutor({ signingKey, clock });
  const kind = signingKey ? 'cloud' : 'dev';
  const trusted = (req: Request): boolean => !signingKey || isSigningKey(req.headers.get('authorization'), signingKey);

  async function register(req: Request): Promise<Response> {
    if (!trusted(req)) return refuse(401, 'the signing key is not this server’s');
    const meant = req.headers.get('x-inngest-expected-server-kind');
    if (meant && meant !== kind) return refuse(400, `Expected server kind ${kind}, got ${meant}`);
    const { appName, url, functions } = (await req.json()) as Registration;
    try {
      return Response.json({ ok: true, modified: await executor.register({ appName, url, functions }) });
    } catch (error) {
      if (error instanceof EngineStartError) return refuse(400, error.message);
      throw error;
    }
  }

  async function answer(req: Request): Promise<Response> {
    const { pathname } = new URL(req.url);
    const at = (method: string, pattern: RegExp) => (req.method === method ? pattern.exec(pathname) : null);
    const sent = at('POST', /^\/e\/([^/]+)$/);
    if (sent) return eventKey && decodeURIComponent(sent[1]!) !== eventKey ? refuse(401, 'Event key not found') : executor.engine.fetch(req);
    if (at('POST', /^\/fn\/register$/)) return register(req);
    if (at('GET', /^\/dev$/)) return Response.json({ version: 'stand-in', isSingleNodeService: Boolean(signingKey), functions: [...executor.apps.values()].flatMap((app) => app.functions) });
    if (!trusted(req)) return refuse(401, 'Authentication failed');
    const event = at('GET', /^\/v1\/events\/([^/]+)\/runs$/);
    if (event) return Response.json({ data: await eventRuns(executor, decodeURIComponent(event[1]!)) });
    const run = at('GET', /^\/v1\/runs\/([^/]+)$/);
    const found = run && (await findRun(executor, run[1]!));
    return found ? Response.json({ data: found }) : refuse(404, `there is no ${req.method} ${pathname} here`);
  }

  return {
    executor,
    fetch: (req: Request): Promise<Response> => answer(req).catch((error: unknown) => refuse(500, String(error))),
    /** Asks an app to register itself, as `inngest dev -u` and `inngest start --sdk-url` do. */
    async askToSync(url: string): Promise<Response> {
      const body = JSON.stringify({ url });
      const signature: Record<string, string> = signingKey ? { 'x-inngest-signature': signBody(body, signingKey, Date.now()) } : {};
      return fetch(url, { method: 'PUT', body, headers: { 'content-type': 'application/json', 'x-inngest-server-kind': kind, ...signature } });
    },
    close: executor.close,
  };
}

export type StandIn = Awaited<ReturnType<typeof makeStandIn>>;
