import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { databases, makeWorld, runsOf, type TestDatabase, type World } from './contract/harness';

describe.each(databases)('the queue on $name', ({ open }) => {
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

  it('runs a key one at a time and in order, under 50 events on 5 keys and two engines', async () => {
    const { engine, rec, clock } = await start({ concurrency: 8 });
    const second = makeWorld(test.other, { clock, rec, concurrency: 8 });
    await second.engine.start();
    for (let n = 0; n < 10; n++) await engine.send(Array.from({ length: 5 }, (_, key) => ({ name: 'contract/keyed', data: { key: `k${key}`, n } })));
    while ((await runsOf(test.db, 'keyed')).some((run) => run.status !== 'completed')) {
      await Promise.all([engine.idle(), second.engine.idle()]);
    }
    await second.engine.stop();
    for (let key = 0; key < 5; key++) {
      const mine = rec.notes.filter((note) => note.what.endsWith(`k${key}`)).map((note) => `${note.what.split(' ')[0]} ${String(note.detail)}`);
      expect(mine).toEqual(Array.from({ length: 10 }, (_, n) => [`enter ${n}`, `leave ${n}`]).flat());
    }
  });

  it('keeps the place of a run that sleeps: the next of its key waits, other keys do not', async () => {
    const { engine, rec, clock } = await start();
    await engine.send([
      { name: 'contract/keyed', data: { key: 'a', n: 1, nap: true } },
      { name: 'contract/keyed', data: { key: 'a', n: 2 } },
      { name: 'contract/keyed', data: { key: 'b', n: 3 } },
    ]);
    await engine.idle();
    expect(rec.whats.toSorted()).toEqual(['enter a', 'enter b', 'leave b']);
    clock.advance(60_000);
    await engine.idle();
    expect(rec.notes.filter((note) => note.what.endsWith('a')).map((note) => note.detail)).toEqual([1, 1, 2, 2]);
  });

  it('never runs more of a function than its limit', async () => {
    const { engine, rec } = await start({ concurrency: 10 });
    rec.close('narrow');
    await engine.send(Array.from({ length: 6 }, (_, n) => ({ name: 'contract/narrow', data: { n } })));
    await rec.seen('in', 2);
    expect(rec.details('in')).toEqual([0, 1]);
    rec.open('narrow');
    await engine.idle();
    expect(rec.details('in')).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await runsOf(test.db, 'narrow')).toHaveLength(6);
  });

  it('puts a run forward by its priority', async () => {
    const { engine, rec } = await start({ concurrency: 1 });
    await engine.stop();
    await engine.send([1, 2].map((n) => ({ name: 'contract/urgent', data: { n } })));
    await engine.send([{ name: 'contract/urgent', data: { n: 3, vip: true } }]);
    await engine.start();
    await engine.idle();
    expect(rec.details('served')).toEqual([3, 1, 2]);
  });

  it('starts one run for an idempotency key in 24 hours, also within one send', async () => {
    const { engine, rec, clock } = await start();
    await engine.send([1, 1, 2].map((key) => ({ name: 'contract/idempotent', data: { key } })));
    await engine.send([{ name: 'contract/idempotent', data: { key: 1 } }]);
    await engine.idle();
    expect(rec.details('once').sort()).toEqual([1, 2]);
    clock.advance(86_400_000);
    await engine.send([{ name: 'contract/idempotent', data: { key: 1 } }]);
    await engine.idle();
    expect(rec.details('once').sort()).toEqual([1, 1, 2]);
  });

  it('fires a schedule at its time, once with two engines', async () => {
    const { engine, rec, clock } = await start();
    const second = makeWorld(test.other, { clock, rec });
    await second.engine.start();
    await Promise.all([engine.idle(), second.engine.idle()]);
    expect(rec.details('nightly')).toEqual([]);
    clock.advance(86_400_000);
    await Promise.all([engine.idle(), second.engine.idle()]);
    await engine.idle();
    expect(rec.details('nightly')).toEqual([{ cron: 'TZ=UTC 0 3 * * *' }]);
    await second.engine.stop();
  });

  it('deletes finished runs after the retention time, with their steps, and no others', async () => {
    const { engine, clock } = await start({ retentionMs: 3_600_000 });
    await engine.send([{ name: 'contract/linear' }, { name: 'contract/waiter', data: { id: 1 } }]);
    await engine.idle();
    await engine.send([{ name: 'contract/sleeper', data: { until: new Date(clock.now() + 9_999_999_999).toISOString() } }]);
    await engine.idle();
    clock.advance(3_500_000);
    await engine.idle();
    expect(await runsOf(test.db, 'linear')).toHaveLength(1);
    clock.advance(200_000);
    await engine.idle();
    expect(await runsOf(test.db, 'linear')).toHaveLength(0);
    expect(await runsOf(test.db, 'sleeper')).toMatchObject([{ status: 'running' }]);
  });
});
