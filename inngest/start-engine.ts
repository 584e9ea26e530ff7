import { randomBytes } from 'node:crypto';
import type { Runtime } from '@/lib/runtime';
import { makeClient } from './client';
import { createEngine, type Engine } from './engine';
import { atOwnAddress, keepRegistering } from './registration';
import { inngestHandler } from './serve';
import { serverOptions } from './server-options';

export interface Running {
  sendEvents: Runtime['sendEvents'];
  /** Serves `/api/inngest`; null in embedded mode, where outsiders must not reach the functions. */
  publicHandler: ((req: Request) => Promise<Response>) | null;
  stop(): Promise<void>;
  /** Resolves when nothing is runnable now. For tests; at once where a server runs the functions. */
  idle(): Promise<void>;
}

interface Options {
  rt: Omit<Runtime, 'sendEvents'>;
  signingKey: string;
  soleOwner: boolean;
}

/** Starts whoever runs the functions: the engine inside this process, or the Inngest server the environment names. */
export async function startEngine({ rt, signingKey, soleOwner }: Options): Promise<Running> {
  return rt.env.embeddedEngine ? startEmbedded(rt, signingKey, soleOwner) : useServer(rt);
}

async function startEmbedded(rt: Options['rt'], signingKey: string, soleOwner: boolean): Promise<Running> {
  const client = makeClient({
    isDev: false,
    eventKey: randomBytes(16).toString('hex'),
    signingKey,
    // Nothing may leave the process by accident: the name does not resolve, and fetch never gets there.
    baseUrl: 'http://engine.invalid',
    fetch: ((...args: Parameters<typeof fetch>) => engine.fetch(...args)) as typeof fetch,
  });
  const engine: Engine = createEngine({
    db: rt.db,
    handler: inngestHandler(client),
    signingKey,
    appUrl: 'http://engine.invalid',
    clock: rt.clock,
    log: rt.log,
    soleOwner,
    notify: { publish: async (channel) => rt.bus.publish(`engine:${channel}`), subscribe: (channel, cb) => rt.bus.subscribe(`engine:${channel}`, cb) },
  });
  await engine.start();
  return {
    sendEvents: async (events) => void (await engine.send(events)),
    publicHandler: null,
    stop: () => engine.stop(),
    idle: () => engine.idle(),
  };
}

function useServer(rt: Options['rt']): Running {
  const options = serverOptions(rt.env);
  const client = makeClient(options);
  const handler = inngestHandler(client);
  const appUrl = `${rt.env.PUBLIC_URL}/api/inngest`;
  // A dev server looks for the app itself, maybe by another name; it verifies nothing either way.
  const registration = options.isDev ? undefined : keepRegistering({ handler, appUrl, server: client.apiBaseUrl, log: rt.log });
  return {
    sendEvents: async (events) => void (await client.send(events)),
    publicHandler: options.isDev ? handler : atOwnAddress(handler, appUrl),
    stop: async () => registration?.stop(),
    idle: async () => {},
  };
}
