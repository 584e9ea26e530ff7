import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProtocolLog } from '../contract/protocol-log';
import { isFinal, linesOf } from '../contract/read-run';
import { brokenRules } from '../contract/rules';
import { anyProgram, awaited, functionOf, type Program } from './contract/any-program';
import { databases, makeWorld, runsOf, signingKey, type TestDatabase, type WorldOptions } from './contract/harness';

/** What happens around a run: time goes on, an event comes to one of two processes, one of them is stopped and started. */
const anyMove = fc.record({ engine: fc.constantFrom(0, 1), ms: fc.integer({ min: 0, max: 4_000 }), event: fc.option(fc.nat(20), { freq: 2 }), restart: fc.constantFrom(false, false, false, true) });
type Move = typeof anyMove extends fc.Arbitrary<infer T> ? T : never;

describe.each(databases)('whatever a function does, on $name', ({ open }) => {
  let test: TestDatabase;
  beforeAll(async () => void (test = await open()));
  afterAll(() => test.close());

  async function play(program: Program, moves: Move[]): Promise<void> {
    const log = new ProtocolLog();
    const tries = new Map<string, number>();
    const options: WorldOptions = { functions: (client) => [functionOf(client, program, tries)], wrap: (handler) => log.wrap(handler), pollMs: 3_600_000 };
    const first = makeWorld(test.db, options);
    const worlds = [first, makeWorld(test.other, { ...options, clock: first.clock })];
    await Promise.all(worlds.map((world) => world.engine.start()));
    await first.engine.send([{ name: 'contract/any' }]);
    const events = awaited(program);
    for (const { engine, ms, event, restart } of moves) {
      const world = worlds[engine]!;
      const idle = world.engine.idle();
      if (event !== null && events.length > 0) await worlds[1 - engine]!.engine.send([{ name: events[event % events.length]! }]);
      if (restart) await world.engine.stop();
      await idle;
      if (restart) await world.engine.start();
      // Both at rest, or the clock would run a lease out and make this a crash.
      await Promise.all(worlds.map((one) => one.engine.idle()));
      first.clock.advance(ms);
    }
    const status = async () => (await runsOf(test.db, 'any'))[0]!.status;
    for (let n = 0; n < 200 && (await status()) === 'running'; n++) {
      first.clock.advance(10_000);
      for (const world of worlds) await world.engine.idle();
    }
    await Promise.all(worlds.map((world) => world.engine.stop()));
    const [run] = await runsOf(test.db, 'any');
    await test.reset();
    const calls = log.run(run!.id)!;
    // Time here is a fake clock's, which the rules of time cannot see.
    const broken = brokenRules(calls, { signingKey, maxAttempts: () => 4, toleranceMs: Infinity });
    expect({ status: run!.status, ended: calls.calls.some(isFinal), broken, error: run!.error, ...(broken.length > 0 ? { calls: linesOf(calls) } : {}) }).toEqual({ status: 'completed', ended: true, broken: [], error: null });
  }

  it('every call keeps to the protocol, with two processes, restarts, and events at any moment', { timeout: 120_000 }, async () => {
    await fc.assert(fc.asyncProperty(anyProgram, fc.array(anyMove, { minLength: 3, maxLength: 12 }), play), { numRuns: Number(process.env.ANY_PROGRAMS ?? 10), endOnFailure: true });
  });
});
