import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makePipeline, type Account, type Pipeline } from '@/test/support/pipeline';
import { lockAsset } from '../assets/lock-asset';
import { transaction } from '../database/transaction';
import { noteStage } from './note-stage';
import { startGeneration } from './start-generation';

let p: Pipeline;
let owner: Account;
let assetId: string;
beforeAll(async () => {
  p = await makePipeline();
  owner = await p.account('team');
});
afterAll(() => p.close());
beforeEach(async () => void (assetId = await p.asset(owner, { idem: String(Math.random()) })));

const ended = { status: 'cancelled', finishedAt: new Date(), charge: 'refunded' };
const started = async () => {
  const { id } = await p.rt.db.generation.findFirstOrThrow({ where: { assetId } });
  return (await startGeneration(p.rt, { id, assetId }))!;
};
const begin = (run: Awaited<ReturnType<typeof started>>) =>
  noteStage(p.rt, run, { begun: 'vision', atMs: p.rt.clock.now() }, { generation: run, type: 'vision_started', atMs: p.rt.clock.now() });
const events = () => p.rt.db.assetEvent.findMany({ where: { assetId }, orderBy: { seq: 'asc' }, select: { seq: true, type: true } });

/** Keeps the asset's row to itself until `calls` are on their way and, on a server with many sessions, wait for it. */
async function behindALock<T>(calls: () => Promise<T>, meanwhile: Parameters<typeof transaction>[1] = async () => {}): Promise<T> {
  const many = Boolean(process.env.TEST_DATABASE_URL);
  let waiting!: Promise<T>;
  await transaction(p.rt, async (tx, wake) => {
    await lockAsset(tx, assetId);
    waiting = calls();
    waiting.catch(() => {});
    if (many) await expect.poll(async () => (await p.rt.db.$queryRaw<unknown[]>`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`).length).toBeGreaterThan(0);
    await meanwhile(tx, wake);
  });
  return waiting;
}

describe('a note of a stage', () => {
  it('is told once by two that make it at once, and leaves no hole', async () => {
    const run = await started();
    expect(await behindALock(() => Promise.all([begin(run), begin(run), begin(run)]))).toEqual([true, true, true]);
    expect(await events()).toEqual([{ seq: 1, type: 'queued' }, { seq: 2, type: 'vision_started' }]);
    await p.settle();
    expect((await events()).map(({ seq }) => seq)).toEqual((await events()).map((_, index) => index + 1));
  });

  it('is not made when the generation ended while it waited', async () => {
    const run = await started();
    const made = await behindALock(() => begin(run), (tx) => tx.generation.update({ where: { id: run.id }, data: ended }));
    if (process.env.TEST_DATABASE_URL) expect([made, await events()]).toEqual([false, [{ seq: 1, type: 'queued' }]]);
    expect(await begin(run)).toBe(false);
  });

  it('without an event keeps the time, and only while the generation runs', async () => {
    const run = await started();
    expect(await noteStage(p.rt, run, { completed: 'source', latencyMs: 12.4 }, null)).toBe(true);
    expect(await p.rt.db.generation.findUniqueOrThrow({ where: { id: run.id } })).toMatchObject({ timings: { source: 12 } });
    await p.rt.db.generation.update({ where: { id: run.id }, data: ended });
    expect(await noteStage(p.rt, run, { completed: 'source', latencyMs: 1 }, null)).toBe(false);
  });
});
