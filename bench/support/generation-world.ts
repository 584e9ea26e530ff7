import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { makeClient } from '@/inngest/client';
import { createEngine } from '@/inngest/engine';
import { inngestHandler } from '@/inngest/serve';
import { prepareAsset } from '@/lib/assets/prepare-asset';
import { signUp } from '@/lib/auth/sign-up';
import { openDatabase } from '@/lib/database/open-database';
import { carry } from '@/lib/outbox/carry';
import { startRelay } from '@/lib/outbox/relay';
import { type Runtime, setRuntime } from '@/lib/runtime';
import { storeUpload } from '@/lib/uploads/store-upload';
import { makeTestRuntime } from '@/test/support/test-runtime';

/** One call of the SDK by the engine, ms of `performance.now()`. */
export interface EngineCall {
  runId: string;
  begunAt: number;
  endedAt: number;
  /** 200: the run's last. */
  status: number;
}

export interface GenerationWorld {
  rt: Runtime;
  calls: EngineCall[];
  /** Uploads a picture and prepares an asset of it; its first generation is on its way. */
  asset(): Promise<string>;
  /** Resolves when so many runs have ended since it was called before. Asks nobody, so that asking costs nothing. */
  ended(runs: number): Promise<void>;
  close(): Promise<void>;
}

const SIGNING_KEY = `signkey-prod-${'ab'.repeat(32)}`;
const systemClock = { now: () => Date.now(), advance() {}, set() {} };

/**
 * The product without its pages: real use cases, relay, engine and functions on real time; only pictures are not made.
 * `disk`: the embedded database in a folder, as the product has it; otherwise the server of TEST_DATABASE_URL.
 */
export async function openWorld(disk: boolean): Promise<GenerationWorld> {
  const server = process.env.TEST_DATABASE_URL;
  if (disk) delete process.env.TEST_DATABASE_URL;
  const rt: Runtime & { close(): Promise<void> } = await makeTestRuntime({ clock: systemClock });
  if (server) process.env.TEST_DATABASE_URL = server;
  const folder = disk ? await mkdtemp(path.join(os.tmpdir(), 'motioness-bench-')) : null;
  const own = folder ? await openDatabase({ folder }) : null;
  if (own) rt.db = own.db;

  const calls: EngineCall[] = [];
  let done = 0;
  let heard = () => {};
  const client = makeClient({
    isDev: false,
    eventKey: 'bench',
    signingKey: SIGNING_KEY,
    baseUrl: 'http://engine.invalid',
    fetch: ((...args: Parameters<typeof fetch>) => engine.fetch(...args)) as typeof fetch,
  });
  const handler = inngestHandler(client);
  const engine = createEngine({
    db: rt.db,
    handler: async (req) => {
      const call = { runId: req.headers.get('x-run-id') ?? '', begunAt: performance.now(), endedAt: NaN, status: 0 };
      const answer = await handler(req);
      call.endedAt = performance.now();
      call.status = answer.status;
      if (!call.runId) return answer;
      calls.push(call);
      if (answer.status === 200) {
        done += 1;
        heard();
      }
      return answer;
    },
    signingKey: SIGNING_KEY,
    appUrl: 'http://engine.invalid',
    log: rt.log,
    soleOwner: disk,
  });
  rt.sendEvents = async (events) => void (await engine.send(events));
  setRuntime(rt);
  await engine.start();
  const relay = startRelay(rt, carry);

  const { user } = await signUp(rt, { email: 'bench@example.com', password: 'correct horse', name: 'Bench' });
  await rt.db.user.update({ where: { id: user.id }, data: { tier: 'team' } });
  const { id: projectId } = await rt.db.project.findFirstOrThrow({ where: { ownerId: user.id } });
  await rt.db.project.update({ where: { id: projectId }, data: { overageEnabled: true } });
  const picture = await sharp({ create: { width: 320, height: 256, channels: 3, background: '#3a6ea5' } }).png().toBuffer();

  return {
    rt,
    calls,
    async asset() {
      const { url } = await storeUpload(rt, user.id, { name: 'picture.png', bytes: picture });
      return (await prepareAsset(rt, { id: user.id }, { project_id: projectId, src: url, mode: 'animate-in' }, 'req_bench')).asset_id;
    },
    async ended(runs) {
      while (done < runs) await new Promise<void>((resolve) => (heard = resolve));
      done -= runs;
    },
    async close() {
      await relay.stop();
      await engine.stop();
      await own?.close();
      await rt.close();
      if (folder) await rm(folder, { recursive: true, force: true });
    },
  };
}
