/**
 * What a generation costs besides its pictures: the embedded engine and the product's own transactions, on the embedded
 * database and on a throwaway PostgreSQL, beside a bare transaction and a real render of the same machine.
 * Run: npx tsx bench/generation.ts
 */
import { regenerateAsset } from '@/lib/assets/regenerate-asset';
import { closeRenderer, renderClip, warmRenderer } from '@/lib/render';
import { texturedPicture } from '@/lib/render/testing/pictures';
import { findPostgres, startPostgres } from '../scripts/checks/postgres.mjs';
import { type EngineCall, type GenerationWorld, openWorld } from './support/generation-world';

const ROUNDS = 60;
const MANY = 100;
const quantile = (values: number[], q: number) => values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * q)] ?? NaN;
const line = (what: string, values: number[]) =>
  console.log(`  ${what.padEnd(34)} p50 ${quantile(values, 0.5).toFixed(1).padStart(7)} ms   p99 ${quantile(values, 0.99).toFixed(1).padStart(7)} ms   (${values.length})`);

async function measure(name: string, world: GenerationWorld): Promise<void> {
  const { rt, calls } = world;
  const { chargedUserId } = await rt.db.generation.findFirstOrThrow({ where: { assetId: await world.asset() } });
  const assetId = await world.asset();
  await world.ended(2);
  const regenerate = (id: string) => regenerateAsset(rt, { assetId: id, user: { id: chargedUserId }, given: {}, requestId: 'req_bench', idempotencyKey: null });

  const took: Record<'bare' | 'accept' | 'first' | 'gap' | 'inside' | 'last' | 'whole', number[]> = { bare: [], accept: [], first: [], gap: [], inside: [], last: [], whole: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    const bare = performance.now();
    await rt.db.$transaction((tx) => tx.asset.update({ where: { id: assetId }, data: { error: null } }));
    took.bare.push(performance.now() - bare);

    calls.length = 0;
    const begun = performance.now();
    await regenerate(assetId);
    const accepted = performance.now();
    await world.ended(1);
    if (round < 5) continue; // warming up
    // Two calls before the last come r2_write, and `ready`, whose commit viewers see; the last only tells the result.
    const own = calls.filter((call) => call.begunAt > begun);
    const [stored, ready] = own.slice(-3, -1) as [EngineCall, EngineCall];
    took.accept.push(accepted - begun);
    took.whole.push(ready.endedAt - accepted);
    took.first.push(own[0]!.begunAt - accepted);
    for (let i = 1; i < own.length; i += 1) took.gap.push(own[i]!.begunAt - own[i - 1]!.endedAt);
    took.inside.push(own.reduce((sum, call) => sum + call.endedAt - call.begunAt, 0));
    took.last.push(ready.endedAt - stored.endedAt);
  }

  console.log(`\n${name}`);
  line('a bare transaction', took.bare);
  line('regenerate accepted', took.accept);
  line('accepted → first step', took.first);
  line('gap between steps', took.gap);
  line('inside the steps, all together', took.inside);
  line('last step → ready', took.last);
  line('accepted → ready', took.whole);
  console.log(`  a generation is ${(quantile(took.whole, 0.5) / quantile(took.bare, 0.5)).toFixed(0)} bare transactions`);

  const assets: string[] = [];
  for (let n = 0; n < MANY; n += 1) assets.push(await world.asset());
  await world.ended(MANY);
  const cpu = process.cpuUsage();
  const begun = performance.now();
  await Promise.all(assets.map(regenerate));
  const accepted = performance.now();
  await world.ended(MANY);
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  console.log(`  ${MANY} at once: accepted in ${((accepted - begun) / 1000).toFixed(2)} s, all ready after ${seconds.toFixed(2)} s, ${(MANY / seconds).toFixed(0)} generations/s; ${((user + system) / 1e6).toFixed(1)} s of processor`);
  await world.close();
}

async function render(): Promise<void> {
  await warmRenderer();
  console.log('\nThe render itself, one at a time');
  for (const [name, width, height, durationSeconds, mode] of [['256 px, 2 s', 256, 256, 2, 'animate-in'], ['720p, 4 s', 1280, 720, 4, 'animate-in'], ['720p, 8 s', 1280, 720, 8, 'animate-in']] as const) {
    const source = await texturedPicture(width, height);
    const times: number[] = [];
    for (let n = 0; n < 3; n += 1) {
      const begun = performance.now();
      await renderClip({ source, prompt: 'slow pan left', motion: 'medium', mode, durationSeconds, seed: n, aspect: 'preserve', segment: 'whole' });
      times.push(performance.now() - begun);
    }
    line(name, times);
  }
  await closeRenderer();
}

await measure('PGlite, on disk', await openWorld(true));
const bin = findPostgres();
if (bin) {
  const postgres = await startPostgres(bin, { durable: true });
  process.env.TEST_DATABASE_URL = postgres.url;
  await measure('PostgreSQL, durable', await openWorld(false)).finally(postgres.stop);
} else console.log('\nno PostgreSQL on this machine');
await render();
