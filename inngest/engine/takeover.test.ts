import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson } from './json';
import type { Inngest } from 'inngest';
import { databases, makeWorld, runsOf, type TestDatabase, type TestRecorder, type World, type WorldHandler } from './contract/harness';

describe.each(databases)('crashes and takeover on $name', ({ open }) => {
  let test: TestDatabase;
  const worlds: World[] = [];
  beforeAll(async () => void (test = await open()));
  afterAll(() => test.close());
  afterEach(async () => {
    await Promise.all(worlds.splice(0).map((world) => world.engine.stop()));
    await test.reset();
  });
  const start = async (db: TestDatabase['db'], options = {}): Promise<World> => {
    const world = makeWorld(db, { stopMs: 50, ...options });
    worlds.push(world);
    await world.engine.start();
    return world;
  };

  it('goes on from the recorded steps when another process takes over, and fences off the late one', async () => {
    const a = await start(test.db);
    a.rec.close('stuck');
    await a.engine.send([{ name: 'contract/stuck' }]);
    await a.rec.seen('second begins');
    // A stalls: its clock and heartbeat no longer reach the lease. B comes when the lease has run out.
    const b = await start(test.other, { pollMs: 3_600_000 });
    b.clock.advance(9_999);
    await b.engine.idle();
    expect(b.rec.whats).toEqual([]);
    b.clock.advance(1);
    await b.engine.idle();
    expect(b.rec.whats).toEqual(['second begins', 'second ends']);
    const before = await test.db.engineRun.findMany();
    a.rec.open('stuck');
    await a.engine.idle();
    expect(a.rec.whats).toEqual(['first', 'second begins', 'second ends']);
    expect(await test.db.engineRun.findMany()).toEqual(before);
    expect(await runsOf(test.db, 'stuck')).toMatchObject([{ status: 'completed', output: ['first', 'second'] }]);
  });

  it('does not let a stalled process commit while the new owner is still at work', async () => {
    const a = await start(test.db);
    a.rec.close('stuck');
    await a.engine.send([{ name: 'contract/stuck' }]);
    await a.rec.seen('second begins');
    const b = await start(test.other);
    b.rec.close('stuck');
    b.clock.advance(10_000);
    const idle = b.engine.idle();
    await b.rec.seen('second begins');
    a.rec.open('stuck');
    await a.engine.idle();
    expect(await runsOf(test.db, 'stuck')).toMatchObject([{ status: 'running' }]);
    expect(await test.db.engineStep.count()).toBe(1);
    b.rec.open('stuck');
    await idle;
    expect(await runsOf(test.db, 'stuck')).toMatchObject([{ status: 'completed' }]);
  });

  it('keeps the lease of a step that takes longer than it', async () => {
    const a = await start(test.db, { leaseMs: 300, clock: { now: () => Date.now() } });
    a.rec.close('stuck');
    await a.engine.send([{ name: 'contract/stuck' }]);
    await a.rec.seen('second begins');
    const b = await start(test.other, { leaseMs: 300, clock: { now: () => Date.now() } });
    const until = Date.now() + 900; // three leases
    while (Date.now() < until) {
      await b.engine.idle();
      await new Promise((resolve) => setImmediate(resolve)); // PGlite answers in microtasks: let timers have their turn
    }
    expect(b.rec.whats).toEqual([]);
    a.rec.open('stuck');
    await a.engine.idle();
    expect(a.rec.whats).toEqual(['first', 'second begins', 'second ends']);
  });

  it('frees a previous owner’s work at once when it is the sole owner', async () => {
    const a = await start(test.db);
    a.rec.close('stuck');
    await a.engine.send([{ name: 'contract/stuck' }]);
    await a.rec.seen('second begins');
    const b = await start(test.other, { soleOwner: true });
    await b.engine.idle();
    expect(b.rec.whats).toEqual(['second begins', 'second ends']);
    a.rec.open('stuck');
    await a.engine.idle();
    expect(await test.db.engineStep.count()).toBe(2);
  });

  it('stops within its bound, gives the run back, and what was in flight cannot commit', async () => {
    const a = await start(test.db);
    a.rec.close('stuck');
    await a.engine.send([{ name: 'contract/stuck' }]);
    await a.rec.seen('second begins');
    await a.engine.stop();
    expect(await test.db.engineRun.findMany()).toMatchObject([{ status: 'running', leaseOwner: null }]);
    a.rec.open('stuck');
    await a.rec.seen('second ends');
    const b = await start(test.other);
    await b.engine.idle();
    expect(b.rec.whats).toEqual(['second begins', 'second ends']);
  });

  it('delivers an event whose sender died between committing and delivering it', async () => {
    const a = await start(test.db);
    await a.engine.send([{ name: 'contract/waiter', data: { id: 7 } }]);
    await a.engine.idle();
    await a.engine.stop();
    const payload = canonicalJson({ id: 'left', name: 'contract/answer', data: { to: 7, text: 'hello' }, ts: 1 });
    await test.db.engineEvent.create({ data: { id: 'left', name: 'contract/answer', payload, receivedAt: BigInt(a.clock.now()) } });
    const b = await start(test.other);
    b.clock.advance(5000);
    await b.engine.idle();
    expect(b.rec.details('answered')).toEqual(['hello']);
  });

  it('sends the events of step.sendEvent once, though the call was made twice', async () => {
    let dropped = 0;
    const a = await start(test.db, {
      wrap: (handler: WorldHandler) => async (req: Request) => {
        const res = await handler(req);
        if (!req.url.includes('contract-sender') || dropped++ > 0) return res;
        throw new Error('the answer was lost');
      },
    });
    await a.engine.send([{ name: 'contract/sender' }]);
    await a.engine.idle();
    a.clock.advance(60_000);
    await a.engine.idle();
    expect(dropped).toBeGreaterThan(1);
    expect(a.rec.details('told').sort()).toEqual([1, 2]);
    expect(await runsOf(test.db, 'sender')).toMatchObject([{ status: 'completed', output: 3 }]);
  });

  it('wakes another process without its polling', async () => {
    const subscribers = new Set<() => void>();
    const notify = {
      publish: async () => subscribers.forEach((wake) => wake()),
      subscribe: (_channel: string, wake: () => void) => {
        subscribers.add(wake);
        return () => void subscribers.delete(wake);
      },
    };
    const b = await start(test.other, { notify, pollMs: 3_600_000 });
    await b.engine.idle();
    const sender = makeWorld(test.db, { notify, concurrency: 0 });
    worlds.push(sender);
    await sender.engine.start();
    await sender.engine.send([{ name: 'contract/linear' }]);
    await b.rec.seen('c');
    await b.engine.stop();
    expect(subscribers.size).toBe(1);
  });

  it('goes on with a run whose later steps changed between deployments', async () => {
    const a = await start(test.db);
    await a.engine.send([{ name: 'contract/sleeper', data: { until: new Date(a.clock.now()).toISOString() } }]);
    await a.engine.idle();
    await a.engine.stop();
    const b = await start(test.other, {
      functions: (client: Inngest, rec: TestRecorder) => [
        client.createFunction({ id: 'sleeper', triggers: { event: 'contract/sleeper' } }, async ({ step }) => {
          await step.run('new first', () => rec.note('new first'));
          await step.sleep('nap', '1h');
          return await step.run('other', () => 'done');
        }),
      ],
    });
    b.clock.advance(3_600_000);
    await b.engine.idle();
    expect(b.rec.whats).toEqual(['new first']);
    expect(await runsOf(test.db, 'sleeper')).toMatchObject([{ status: 'completed', output: 'done' }]);
  });

  it('shares queued runs between processes and runs each once', async () => {
    const a = await start(test.db);
    const b = await start(test.other);
    await a.engine.send(Array.from({ length: 30 }, () => ({ name: 'contract/linear' })));
    while ((await runsOf(test.db, 'linear')).some((run) => run.status !== 'completed')) await Promise.all([a.engine.idle(), b.engine.idle()]);
    const bodies = [...a.rec.whats, ...b.rec.whats];
    for (const step of ['a', 'b', 'c']) expect(bodies.filter((what) => what === step)).toHaveLength(30);
  });
});
