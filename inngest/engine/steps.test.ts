import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { databases, makeWorld, runsOf, type TestDatabase, type World } from './contract/harness';

describe.each(databases)('steps on $name', ({ open }) => {
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

  it('runs each step body once and gives later calls its result', async () => {
    const { engine, client, rec } = await start();
    await client.send({ name: 'contract/linear', data: { x: 'y' } });
    await engine.idle();
    expect(rec.whats.filter((what) => what !== 'body')).toEqual(['a', 'b', 'c']);
    expect(new Set(rec.details('body')).size).toBe(1);
    const a = { n: 1, nested: { z: [1, null, 'ü\u0000'] } };
    expect(await runsOf(test.db, 'linear')).toMatchObject([
      { status: 'completed', output: { a, b: 2, c: null, name: 'contract/linear', data: { x: 'y' } } },
    ]);
  });

  it('keeps steps of the same name apart', async () => {
    const { engine, rec } = await start();
    await engine.send([{ name: 'contract/same-id' }]);
    await engine.idle();
    expect(rec.whats).toEqual(['again 0', 'again 1', 'again 2']);
    expect(await runsOf(test.db, 'same-id')).toMatchObject([{ output: [0, 1, 2] }]);
  });

  it('sleeps for a duration and until a date, and not a moment less', async () => {
    const { engine, rec, clock } = await start();
    await engine.send([{ name: 'contract/sleeper', data: { until: new Date(clock.now() + 7_200_000).toISOString() } }]);
    await engine.idle();
    expect(rec.whats).toEqual(['before']);
    clock.advance(3_599_999);
    await engine.idle();
    expect(rec.whats).toEqual(['before']);
    clock.advance(1);
    await engine.idle();
    expect(rec.whats).toEqual(['before', 'between']);
    clock.advance(3_599_999);
    await engine.idle();
    expect(rec.whats).toEqual(['before', 'between']);
    clock.advance(1);
    await engine.idle();
    expect(rec.whats).toEqual(['before', 'between', 'after']);
  });

  it('starts other functions from step.sendEvent, filtered by their trigger', async () => {
    const { engine, rec } = await start();
    await engine.send([{ name: 'contract/sender' }]);
    await engine.idle();
    expect(rec.details('told').sort()).toEqual([1, 2]);
    expect(await runsOf(test.db, 'sender')).toMatchObject([{ status: 'completed', output: 3 }]);
  });

  it('de-duplicates events by id for 24 hours, also within one send', async () => {
    const { engine, clock, client } = await start();
    const first = await client.send([{ id: 'e1', name: 'contract/linear' }, { id: 'e1', name: 'contract/linear' }]);
    await client.send({ id: 'e1', name: 'contract/linear' });
    await engine.idle();
    expect(first.ids).toEqual(['e1', 'e1']);
    expect(await runsOf(test.db, 'linear')).toHaveLength(1);
    clock.advance(86_400_000);
    await client.send({ id: 'e1', name: 'contract/linear' });
    await engine.idle();
    expect(await runsOf(test.db, 'linear')).toHaveLength(2);
  });

  it('takes the same request sent again by the SDK as the same events', async () => {
    const { engine } = await start();
    const send = () =>
      engine.fetch('http://engine.invalid/e/key', {
        method: 'POST',
        body: JSON.stringify([{ name: 'contract/linear' }]),
        headers: { 'x-inngest-event-id-seed': '1,abc' },
      });
    expect(await (await send()).json()).toEqual(await (await send()).json());
    await engine.idle();
    expect(await runsOf(test.db, 'linear')).toHaveLength(1);
  });

  it('has the run in the database when send resolves', async () => {
    world = makeWorld(test.db);
    await world.engine.start();
    await world.engine.stop();
    await world.engine.send([{ name: 'contract/linear' }]);
    expect(await runsOf(test.db, 'linear')).toMatchObject([{ status: 'queued' }]);
    await world.engine.start();
    await world.engine.idle();
    expect(await runsOf(test.db, 'linear')).toMatchObject([{ status: 'completed' }]);
  });

  it('refuses reserved event names, and keeps nothing of the request', async () => {
    const { engine } = await start();
    await expect(engine.send([{ name: 'contract/linear' }, { name: 'inngest/function.failed' }])).rejects.toThrow('reserved');
    expect(await test.db.engineEvent.count()).toBe(0);
  });

  it('runs parallel steps side by side, each retried alone, and goes on when all are done', async () => {
    const { engine, rec, clock } = await start();
    await engine.send([{ name: 'contract/parallel' }]);
    await engine.idle();
    expect(rec.whats.toSorted()).toEqual(['p1', 'p2 0']);
    clock.advance(1000);
    await engine.idle();
    expect(rec.whats).toContain('p2 1');
    expect(rec.whats).not.toContain('sum');
    clock.advance(9000);
    await engine.idle();
    expect(rec.whats.filter((what) => what === 'sum')).toHaveLength(1);
    expect(await runsOf(test.db, 'parallel')).toMatchObject([{ status: 'completed', output: 6 }]);
  });

  it.each(['signal', 'work'])('goes on in Promise.race with whoever is first: %s', async (first) => {
    const { engine, rec, client, clock } = await start();
    rec.close('race');
    await engine.send([{ name: 'contract/race', data: { id: 1 } }]);
    if (first === 'signal') await client.send({ name: 'contract/signal', data: { to: 1 } });
    else rec.open('race');
    await rec.seen('winner');
    expect(rec.details('winner')).toEqual([first]);
    rec.open('race');
    await engine.idle();
    // The SDK reports a step that lost as long as it is open, so the run ends with the loser's timeout.
    clock.advance(3_600_000);
    await engine.idle();
    expect(await runsOf(test.db, 'race')).toMatchObject([{ status: 'completed', output: first }]);
  });

  it('invokes another function and gets its result or its error', async () => {
    const { engine } = await start();
    await engine.send([{ name: 'contract/invoker', data: {} }, { name: 'contract/invoker', data: { fail: true } }]);
    await engine.idle();
    expect((await runsOf(test.db, 'invoker')).map((run) => run.output)).toEqual([42, 'caught: child failed']);
  });
});
