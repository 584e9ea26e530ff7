import type { Socket } from 'node:net';
import { startEngine } from '../inngest/start-engine';
import { startAdminSocket } from './admin/admin-socket';
import { systemClock } from './clock';
import { openDatabase } from './database/open-database';
import { demoBanner } from './demo/demo-banner';
import { seedDemo } from './demo/seed-demo';
import { hotEmbeds } from './delivery/hot-embeds';
import { openEdge } from './edge/open-edge';
import { type Env, readEnv } from './env';
import { localBus } from './events/bus';
import { postgresBus } from './events/postgres-bus';
import { fastMount } from './fast-mount';
import { localMedia } from './generation/local/local-media';
import { localMotion } from './generation/local/local-motion';
import { localPrompts } from './generation/local/local-prompts';
import { replicateApi } from './generation/replicate/replicate-api';
import { replicateMotion } from './generation/replicate/replicate-motion';
import { replicatePrompts } from './generation/replicate/replicate-prompts';
import { startHousekeeping } from './housekeeping';
import { refuseUnreadable } from './http/refuse-unreadable';
import { safeFetch } from './http/safe-fetch';
import { SILENCE_MS } from './http/write-reply';
import { makeLog } from './log';
import { carry } from './outbox/carry';
import { startRelay } from './outbox/relay';
import { closeRenderer, isRenderError, warmRenderer } from './render';
import { setInngestHandler, setRuntime, type Runtime } from './runtime';
import { readSecrets } from './secrets';
import { blockCache } from './storage/block-cache';
import { openStorage } from './storage/open-storage';

/** What server.mjs gets from us; it imports nothing of the product. */
export interface Booted {
  env: Pick<Env, 'PORT' | 'HOST' | 'PUBLIC_URL'>;
  /** Answers paths that need not pass through Next. */
  mount: typeof fastMount;
  /** The server's `clientError` listener. */
  refuse(error: NodeJS.ErrnoException, socket: Socket): void;
  /** The server's `timeout`. */
  silenceMs: number;
  /** Called once the server listens; gives the lines to print. */
  ready(): Promise<string>;
  close(): Promise<void>;
}

/** Makes the one runtime of this process: the only place that knows which implementation stands behind which port. */
export async function boot(): Promise<Booted> {
  const env = readEnv();
  const log = makeLog(env.LOG_LEVEL);
  const secrets = await readSecrets(env.DATA_DIR);
  const database = await openDatabase({ url: env.DATABASE_URL, folder: env.DATA_DIR });
  const objects = await openStorage(env);
  const bus = env.DATABASE_URL ? await postgresBus(env.DATABASE_URL, log) : localBus();
  const base = {
    env,
    log,
    clock: systemClock,
    db: database.db,
    bus,
    storage: objects.storage,
    hot: { embeds: hotEmbeds(), blocks: blockCache(objects.storage) },
    edge: openEdge(env, { clock: systemClock, log }),
    media: localMedia,
    secret: env.NEXTAUTH_SECRET ?? secrets.session,
  };
  const models = chooseModels(base);
  const rt: Runtime = { ...base, ...models, sendEvents: (events) => engine.sendEvents(events) };
  // The engine may resume a run the moment it starts, so the functions' runtime is there before it.
  setRuntime(rt);
  const engine = await startEngine({ rt: { ...base, ...models }, signingKey: secrets.engineSigningKey, soleOwner: database.soleOwner });
  setInngestHandler(engine.publicHandler);
  const relay = startRelay(rt, carry);
  const housekeeping = startHousekeeping(rt);
  const admin = await startAdminSocket(rt);
  const warm = warmRenderer().catch((error: unknown) => {
    // A stop while it warms up is no failure.
    if (!isRenderError(error) || error.code !== 'renderer_closed') log.error({ err: error }, 'the renderer did not start');
  });

  return {
    env,
    mount: fastMount,
    refuse: (error, socket) => refuseUnreadable(error, socket, log),
    silenceMs: SILENCE_MS,
    async ready() {
      await warm;
      // A server with its own database is somebody's production: no demo account there.
      return env.DATABASE_URL ? demoBanner(rt, null, '') : demoBanner(rt, await seedDemo(rt, secrets.demoPassword), secrets.demoPassword);
    },
    async close() {
      await admin.close();
      housekeeping.stop();
      await relay.stop();
      await engine.stop();
      await closeRenderer();
      await bus.close();
      await database.close();
      objects.close();
      setRuntime(undefined);
    },
  };
}

/** Hosted models with a token, else what this machine can do by itself. */
function chooseModels(base: Omit<Runtime, 'sendEvents' | 'motion' | 'prompts' | 'replicate'>): Pick<Runtime, 'motion' | 'prompts' | 'replicate'> {
  const { REPLICATE_API_TOKEN: token, REPLICATE_BASE_URL: baseUrl, REPLICATE_WEBHOOK_SECRET: webhookSecret } = base.env;
  if (!token) return { motion: localMotion, prompts: localPrompts, replicate: null };
  const replicate = replicateApi({ token, baseUrl, webhookSecret, download: (url, options) => safeFetch(base.env, url, options) });
  const needs = { ...base, replicate };
  return { motion: replicateMotion(needs, localMotion), prompts: replicatePrompts(needs), replicate };
}
