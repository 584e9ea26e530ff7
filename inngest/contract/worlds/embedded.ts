import { Inngest } from 'inngest';
import { signingKey, type TestDatabase } from '../../engine/contract/harness';
import { createEngine, type Engine } from '../../engine';
import { makeApp, readMaxAttempts, silent, type RunView, type World } from './world';

const statuses: Record<string, string> = { queued: 'Running', running: 'Running', completed: 'Completed', failed: 'Failed', cancelled: 'Cancelled' };

/** The embedded engine, in real time. Its clock can be put forward. */
export async function embeddedWorld(open: () => Promise<TestDatabase>): Promise<World> {
  const test = await open();
  let aheadMs = 0;
  const client = new Inngest({
    id: 'contract',
    isDev: false,
    checkpointing: false,
    eventKey: 'embedded',
    signingKey,
    baseUrl: 'http://engine.invalid',
    fetch: (...args) => engine.fetch(...args),
    logger: silent,
  });
  const app = makeApp(client, { finish: '3s' });
  const engine: Engine = createEngine({
    db: test.db,
    handler: app.handler,
    signingKey,
    appUrl: 'http://app.invalid',
    clock: { now: () => Date.now() + aheadMs },
    log: silent,
    concurrency: 50, // gates hold runs open, and no run may wait for another test's
  });
  await engine.start();
  return {
    app,
    expected: { signingKey, maxAttempts: await readMaxAttempts(app, signingKey), toleranceMs: 2 },
    limits: { endMs: 40_000, settleMs: 1_000, resendMs: Infinity, lookMs: 20, readMs: 300 },
    runsOf: (eventId) => runsOf(test, eventId),
    async deploy(settings) {
      await engine.stop();
      app.deploy(settings);
      await engine.start();
    },
    passTime: (ms) => void (aheadMs += ms),
    looksBack: true,
    scheduleMs: 86_400_000,
    async close() {
      await engine.stop();
      await test.close();
    },
  };
}

async function runsOf({ db }: TestDatabase, eventId: string): Promise<RunView[]> {
  const event = await db.engineEvent.findUnique({ where: { id: eventId } });
  const runs = event ? await db.engineRun.findMany({ where: { eventSeq: event.seq }, orderBy: { seq: 'asc' } }) : [];
  return runs.map(({ id, status, output, error }) => ({ id, status: statuses[status] ?? status, output: JSON.parse(output ?? error ?? 'null') as unknown }));
}
