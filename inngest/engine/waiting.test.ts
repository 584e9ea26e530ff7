import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { databases, makeWorld, runsOf, type TestDatabase, type World } from './contract/harness';

describe.each(databases)('waiting and cancelling on $name', ({ open }) => {
  let test: TestDatabase;
  let world: World;
  beforeAll(async () => void (test = await open()));
  afterAll(() => test.close());
  afterEach(async () => {
    await world.engine.stop();
    await test.reset();
  });
  const start = async (options = {}): Promise<World> => {
    world = makeWorld(test.db, options);
    await world.engine.start();
    return world;
  };

  it('wakes a wait by the event its expression asks for, and by no other', async () => {
    const { engine, rec } = await start();
    await engine.send([{ name: 'contract/waiter', data: { id: 1 } }, { name: 'contract/waiter', data: { id: 2 } }]);
    await engine.idle();
    await engine.send([{ name: 'contract/answer', data: { to: 2, text: 'two' } }, { name: 'contract/answer', data: {} }]);
    await engine.idle();
    expect(rec.details('answered')).toEqual(['two']);
    expect((await runsOf(test.db, 'waiter')).map((run) => run.status)).toEqual(['running', 'completed']);
  });

  it('gives null when the time is over, and ignores an event after that', async () => {
    const { engine, rec, clock } = await start();
    await engine.send([{ name: 'contract/waiter', data: { id: 1 } }]);
    await engine.idle();
    clock.advance(600_000);
    await engine.idle();
    await engine.send([{ name: 'contract/answer', data: { to: 1, text: 'late' } }]);
    await engine.idle();
    expect(rec.details('answered')).toEqual([null]);
  });

  it('does not miss an event that comes before the wait is registered', async () => {
    const { engine, rec } = await start();
    rec.close('waiter');
    await engine.send([{ name: 'contract/waiter', data: { id: 1, gate: true } }]);
    await rec.seen('ready');
    await engine.send([{ name: 'contract/answer', data: { to: 1, text: 'early' } }]);
    rec.open('waiter');
    await engine.idle();
    expect(rec.details('answered')).toEqual(['early']);
  });

  it('gives one event to one wait of a loop, and none from before the run', async () => {
    const { engine, rec, clock } = await start();
    await engine.send([{ name: 'contract/tick', data: { n: 0 } }]);
    await engine.send([{ name: 'contract/wait-loop' }]);
    await engine.idle();
    await engine.send([{ name: 'contract/tick', data: { n: 1 } }]);
    await engine.idle();
    expect(rec.details('ticks')).toEqual([]);
    clock.advance(60_000);
    await engine.idle();
    expect(rec.details('ticks')).toEqual([[1, null]]);
  });

  it('cancels a sleeping run by an event that matches, and no other', async () => {
    const { engine, rec, clock } = await start();
    await engine.send([1, 2].map((id) => ({ name: 'contract/cancellable', data: { id } })));
    await engine.idle();
    await engine.send([{ name: 'contract/cancel', data: { id: 1 } }]);
    await engine.idle();
    clock.advance(86_400_000);
    await engine.idle();
    expect(rec.details('end')).toEqual([2]);
    expect((await runsOf(test.db, 'cancellable')).map((run) => run.status)).toEqual(['cancelled', 'completed']);
  });

  it('cancels a run in the middle of a step, whose result is then not recorded', async () => {
    const { engine, rec } = await start();
    rec.close('cancellable');
    await engine.send([{ name: 'contract/cancellable', data: { id: 1, gate: true } }]);
    await rec.seen('start');
    await engine.send([{ name: 'contract/cancel', data: { id: 1 } }]);
    await engine.idle();
    rec.open('cancellable');
    await engine.idle();
    expect(await runsOf(test.db, 'cancellable')).toMatchObject([{ status: 'cancelled', error: { message: 'cancelled by event contract/cancel' } }]);
    expect(await test.db.engineStep.count()).toBe(0);
  });

  it('cancels a run past its finish timeout', async () => {
    const { engine, rec, clock } = await start();
    await engine.send([{ name: 'contract/bounded' }]);
    await engine.idle();
    clock.advance(300_000);
    await engine.idle();
    clock.advance(3_600_000);
    await engine.idle();
    expect(rec.whats).toEqual(['start']);
    expect(await runsOf(test.db, 'bounded')).toMatchObject([{ status: 'cancelled' }]);
  });
});
