/**
 * The embedded engine's own time: no-op steps on PGlite in memory, on PGlite on disk, and on PostgreSQL when
 * TEST_DATABASE_URL is set. Run: npx tsx bench/engine.ts
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openPGlite, openPostgres, makeWorld, runsOf, type TestDatabase } from '../inngest/engine/contract/harness';
import type { Inngest } from 'inngest';

const stepsOfGap = 10;
const quantile = (values: number[], q: number): string => (values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * q)] ?? NaN).toFixed(2);
const line = (what: string, values: number[]): void => console.log(`  ${what}: p50 ${quantile(values, 0.5)} ms, p99 ${quantile(values, 0.99)} ms (${values.length})`);

async function measure(name: string, test: TestDatabase): Promise<void> {
  const times = new Map<string, { begin: number[]; end: number[]; sent: number }>();
  let finished = 0;
  const functions = (client: Inngest) => [
    client.createFunction({ id: 'steps', triggers: { event: 'bench/steps' } }, async ({ event, step }) => {
      for (let i = 0; i < event.data.steps; i++) {
        await step.run(`step ${i}`, () => {
          const at = performance.now();
          const seen = times.get(event.data.id);
          seen?.begin.push(at);
          seen?.end.push(performance.now());
          return { i };
        });
      }
      finished++;
    }),
  ];
  const { engine } = makeWorld(test.db, { functions: functions as never, clock: { now: () => Date.now() } as never, log: console as never });
  await engine.start();
  const send = async (ids: string[], steps: number): Promise<number> => {
    const sent = performance.now();
    for (const id of ids) times.set(id, { begin: [], end: [], sent });
    await engine.send(ids.map((id) => ({ name: 'bench/steps', data: { id, steps } })));
    return performance.now() - sent;
  };
  const settled = async (count: number): Promise<void> => {
    while (finished < count) await new Promise((resolve) => setTimeout(resolve, 1));
    await engine.idle();
    finished = 0;
  };
  await send(['warm'], 20);
  await settled(1);

  console.log(name);
  const gaps: number[] = [];
  const firsts: number[] = [];
  const sends: number[] = [];
  const wholes: number[] = [];
  for (let n = 0; n < 40; n++) {
    const id = `gap ${n}`;
    const begun = performance.now();
    sends.push(await send([id], stepsOfGap));
    while (finished < 1) await new Promise((resolve) => setImmediate(resolve));
    wholes.push(performance.now() - begun);
    await settled(1);
    const seen = times.get(id);
    if (!seen) continue;
    firsts.push((seen.begin[0] ?? NaN) - seen.sent);
    for (let i = 1; i < seen.begin.length; i++) gaps.push((seen.begin[i] ?? NaN) - (seen.end[i - 1] ?? NaN));
  }
  line('send', sends);
  line('sent → first step', firsts);
  line('gap between steps', gaps);
  line(`a run of ${stepsOfGap} steps`, wholes);

  const ids = Array.from({ length: 100 }, (_, n) => `many ${n}`);
  const begun = performance.now();
  await send(ids, 3);
  await settled(100);
  const seconds = (performance.now() - begun) / 1000;
  console.log(`  100 runs of 3 steps queued at once: ${seconds.toFixed(2)} s, ${(100 / seconds).toFixed(0)} runs/s`);
  const runs = await runsOf(test.db, 'steps');
  if (runs.some((run) => run.status !== 'completed')) throw new Error('a run did not complete');
  await engine.stop();
  await test.close();
}

await measure('PGlite, in memory', await openPGlite());
const folder = await mkdtemp(path.join(tmpdir(), 'bench-engine-'));
await measure('PGlite, on disk', await openPGlite(folder));
await rm(folder, { recursive: true });
if (process.env.TEST_DATABASE_URL) await measure('PostgreSQL', await openPostgres(process.env.TEST_DATABASE_URL));
