import { randomBytes } from 'node:crypto';
import { openPGlite } from '@/inngest/engine/contract/harness';
import { createEngine, type EngineOptions } from '@/inngest/engine';
import { readFunctions } from '@/inngest/engine/registry';

export interface Registration {
  appName: string;
  url: string;
  functions: { id: string }[];
}

interface Options {
  /** Undefined for a dev server, which signs nothing. */
  signingKey?: string;
  clock?: { now(): number };
  log?: EngineOptions['log'];
}

const silent = { info() {}, warn() {}, error() {} };
const HOP = ['host', 'connection', 'content-length'];

/** The embedded engine on a database in memory, calling the registered apps over HTTP. */
export async function makeExecutor({ signingKey, clock, log = silent }: Options) {
  const test = await openPGlite();
  const apps = new Map<string, Registration>();
  let last: Promise<unknown> = Promise.resolve();

  const functions = () => [...apps.values()].flatMap((app) => app.functions);
  const engine = createEngine({
    db: test.db,
    // The engine asks for the functions by PUT; a server has them from the registration.
    handler: (req) => (req.method === 'PUT' ? Promise.resolve(Response.json({ functions: functions() })) : callApp(req)),
    signingKey: signingKey ?? randomBytes(16).toString('hex'),
    appUrl: 'http://executor.invalid',
    clock,
    log,
    soleOwner: true,
    concurrency: 100,
    stopMs: 1_000,
  });

  async function callApp(req: Request): Promise<Response> {
    const { search, searchParams } = new URL(req.url);
    const app = [...apps.values()].find((known) => known.functions.some(({ id }) => id === searchParams.get('fnId')));
    if (!app) throw new Error(`no app serves ${searchParams.get('fnId')}`);
    const url = new URL(app.url);
    for (const [name, value] of new URLSearchParams(search)) url.searchParams.set(name, value);
    const headers = new Headers([...req.headers].filter(([name]) => !HOP.includes(name) && (signingKey || name !== 'x-inngest-signature')));
    headers.set('x-inngest-server-kind', signingKey ? 'cloud' : 'dev');
    const res = await fetch(url, { method: 'POST', headers, body: await req.text(), redirect: 'manual' }).catch((error: Error) => {
      throw new Error(`the app at ${app.url} did not answer: ${String((error.cause as Error | undefined)?.message ?? error.message)}`);
    });
    return new Response(await res.text(), { status: res.status, headers: res.headers });
  }

  async function take(app: Registration): Promise<boolean> {
    if (JSON.stringify(apps.get(app.appName)) === JSON.stringify(app)) return false;
    readFunctions(app.functions);
    apps.set(app.appName, app);
    await engine.stop();
    await engine.start();
    return true;
  }

  return {
    db: test.db,
    engine,
    apps: apps as ReadonlyMap<string, Registration>,
    /** Answers whether anything changed. @throws EngineStartError for a function that asks for what the engine has not. */
    register(app: Registration): Promise<boolean> {
      const done = last.then(() => take(app));
      last = done.catch(() => {});
      return done;
    },
    async close(): Promise<void> {
      await last;
      await engine.stop();
      await test.close();
    },
  };
}

export type Executor = Awaited<ReturnType<typeof makeExecutor>>;
