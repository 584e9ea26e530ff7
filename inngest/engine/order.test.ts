import type { Inngest } from 'inngest';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ProtocolLog } from '../contract/protocol-log';
import { isFinal } from '../contract/read-run';
import { brokenRules } from '../contract/rules';
import { databases, makeWorld, runsOf, signingKey, type TestDatabase, type TestRecorder, type World } from './contract/harness';

/** A race, told inside a step and again at the end, after a sleep in which the run may change hands. */
const raceThenSleep = (client: Inngest, rec: TestRecorder) => [
  client.createFunction({ id: 'race', triggers: { event: 'contract/race' } }, async ({ step }) => {
    const winner = await Promise.race([
      step.run('work', () => (rec.note('work'), rec.gate('work').then(() => 'work'))),
      step.waitForEvent('signal', { event: 'contract/signal', timeout: '1h' }).then(() => 'signal'),
    ]);
    const told = await step.run('winner', () => (rec.note('winner'), winner));
    await step.sleep('nap', '1m');
    return [told, winner];
  }),
];

describe.each(databases)('the order in which steps finish on $name', ({ open }) => {
  let test: TestDatabase;
  const worlds: World[] = [];
  const log = new ProtocolLog();
  beforeAll(async () => void (test = await open()));
  afterAll(() => test.close());
  afterEach(async () => {
    await Promise.all(worlds.splice(0).map((world) => world.engine.stop()));
    await test.reset();
  });
  const start = async (db: TestDatabase['db'], options = {}): Promise<World> => {
    const world = makeWorld(db, { functions: raceThenSleep, wrap: (handler) => log.wrap(handler), pollMs: 3_600_000, ...options });
    worlds.push(world);
    await world.engine.start();
    return world;
  };

  it('is one for all calls, also when another process took the event that ends a wait', async () => {
    const a = await start(test.db);
    const b = await start(test.other, { clock: a.clock, rec: a.rec, concurrency: 0 });
    a.rec.close('work');
    await a.engine.send([{ name: 'contract/race' }]);
    await a.rec.seen('work');
    await b.engine.send([{ name: 'contract/signal' }]);
    await vi.waitUntil(async () => (await test.db.engineStep.findFirst({ where: { waitEvent: 'contract/signal' } }))?.status === 'done');
    a.rec.open('work');
    await a.engine.idle();
    a.clock.advance(60_000);
    await a.engine.idle();
    const [run] = await runsOf(test.db, 'race');
    expect(run).toMatchObject({ status: 'completed', output: ['signal', 'signal'] });
    const calls = log.run(run!.id)!;
    expect(calls.calls.some(isFinal)).toBe(true);
    expect(brokenRules(calls, { signingKey, maxAttempts: () => 4, toleranceMs: Infinity })).toEqual([]);
  });
});
