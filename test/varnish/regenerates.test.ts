import { afterAll, beforeAll, expect, it } from 'vitest';
import { cacheTag } from '@/lib/delivery/embed-headers';
import type { Account } from '../support/pipeline';
import { shaOf, startViewer, type View } from './viewers';
import { type EdgeWorld, makeEdgeWorld } from './world';

const ASSETS = 20;
const REGENERATES_EACH = 25;

interface Live {
  generationId: string;
  readyAtMs: number;
  liveAtMs: number;
  /** When the last purge of this switch was confirmed; never for one that the next came before. */
  settledAtMs: number;
}
interface Watched {
  id: string;
  owner: Account;
  spellings: string[];
  /** In order of generations. */
  lives: Live[];
  views: View[];
}

let world: EdgeWorld;
let assets: Watched[];
const dice = () => Math.random();
beforeAll(async () => {
  // A way of up to 150 ms to the first byte, and slow bodies: every fill has time to straddle a switch.
  world = await makeEdgeWorld({ engine: false, headMs: () => 20 + dice() * 130, pieceMs: () => (dice() < 0.1 ? 10 : 0) });
  assets = await Promise.all(Array.from({ length: ASSETS }, () => watched()));
});
afterAll(() => world.close());

async function watched(): Promise<Watched> {
  const owner = await world.account('team');
  const id = await world.asset(owner);
  const { mp4 } = await world.paths(id);
  return { id, owner, spellings: [mp4, `${mp4}&v=1`, `${mp4}&wait_ms=0&utm_source=a`, mp4.replace('?', '?v=2&')], lives: [], views: [] };
}

/** Each generation is made as soon as the one before is live. */
async function makeNext(asset: Watched, generationId: string): Promise<void> {
  await world.finish(asset.id, generationId);
  const liveAtMs = await world.live(generationId);
  const { finishedAt } = await world.rt.db.generation.findUniqueOrThrow({ where: { id: generationId } });
  asset.lives.push({ generationId, readyAtMs: finishedAt!.getTime(), liveAtMs, settledAtMs: Infinity });
}

/** An edge that forgets: without it nothing would be filled in the moments before a switch. */
function startForgetting(): { stop(): Promise<void> } {
  let stopped = false;
  const run = async () => {
    for (let n = 0; !stopped; n++) {
      const asset = assets[n % ASSETS]!;
      const paths = [asset.spellings[0]!, asset.spellings[n % asset.spellings.length]!];
      await Promise.all(paths.map((path) => fetch(`${world.varnish.url}${path}`, { method: 'PURGE' }).then((answer) => answer.arrayBuffer())));
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  };
  const running = run();
  return { stop: () => ((stopped = true), running) };
}

const percentile = (values: number[], p: number) => values.sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * p))]!;

it(`in ${ASSETS * REGENERATES_EACH} regenerates behind a Varnish with a slow origin no viewer gets an old clip after the new one is called live, and none gets bytes of two`, { timeout: 120_000 }, async () => {
  const driving = assets.map(async (asset) => {
    const first = await world.rt.db.generation.findFirstOrThrow({ where: { assetId: asset.id } });
    await makeNext(asset, first.id);
    const viewers = [0, 1].map(() => startViewer(world.varnish.url, asset.spellings, asset.views));
    for (let n = 0; n < REGENERATES_EACH; n++) await makeNext(asset, await world.regenerate(asset.owner, asset.id));
    return viewers;
  });
  const forgetting = startForgetting();
  const viewers = (await Promise.all(driving)).flat();
  await forgetting.stop();
  // Past the last purge of the last switch, for the other spellings.
  await expect.poll(() => world.rt.db.outboxMessage.count({ where: { kind: { startsWith: 'edge.' } } }), { timeout: 20_000 }).toBe(0);
  const settledAtMs = Date.now();
  await expect.poll(() => assets.every(({ views, spellings }) => spellings.every((path) => views.filter((view) => view.path === path && view.startedAtMs > settledAtMs).length > 1)), { timeout: 20_000 }).toBe(true);
  await Promise.all(viewers.map((viewer) => viewer.stop()));

  const problems: string[] = [];
  const clips = new Map<string, Buffer>();
  for (const asset of assets) {
    const purges = world.tagPurges(cacheTag(asset.id));
    asset.lives.forEach((live, n) => {
      const ofThis = purges.filter((atMs) => atMs > live.readyAtMs && atMs < (asset.lives[n + 1]?.readyAtMs ?? Infinity));
      live.settledAtMs = ofThis[1] ?? Infinity;
    });
    const number = new Map(asset.lives.map(({ generationId }, n) => [generationId, n]));
    for (const { generationId } of asset.lives) clips.set(generationId, await world.rt.storage.readAll(`assets/${asset.id}/${generationId}.mp4`) as Buffer);
    for (const view of asset.views) {
      const got = number.get(view.etag);
      const clip = clips.get(view.etag);
      if (![200, 206].includes(view.status) || got === undefined || !clip) {
        problems.push(`${view.path}: ${view.status} with ETag ${view.etag}`);
        continue;
      }
      if (shaOf(clip.subarray(view.start, view.start + view.length)) !== view.sha) problems.push(`${view.path}: bytes ${view.start}+${view.length} are not of ${view.etag}`);
      const due = asset.lives.findLastIndex(({ liveAtMs, settledAtMs }) => (view.canonical ? liveAtMs : settledAtMs) < view.startedAtMs);
      const last = view.startedAtMs > settledAtMs ? asset.lives.length - 1 : due;
      if (got < last) problems.push(`${view.path}: generation ${got + 1} at ${view.startedAtMs}, when ${last + 1} was live`);
    }
  }
  const views = assets.flatMap((asset) => asset.views);
  const waits = assets.flatMap((asset) => asset.lives.slice(1).map(({ readyAtMs, liveAtMs }) => liveAtMs - readyAtMs));
  const settled = assets.flatMap((asset) => asset.lives.map(({ readyAtMs, settledAtMs }) => settledAtMs - readyAtMs)).filter(Number.isFinite);
  console.log(
    `${waits.length} regenerates, ${views.length} views (${views.filter(({ status }) => status === 206).length} ranges), ${world.slow.passed.get(200) ?? 0} fills; ` +
      `second purges ${world.secondPurges()}; ready to live p50 ${percentile(waits, 0.5)} ms, p99 ${percentile(waits, 0.99)} ms, most ${Math.max(...waits)} ms; ` +
      `ready to settled at most ${Math.max(...settled)} ms (${settled.length})`,
  );
  expect(problems.slice(0, 10)).toEqual([]);
  expect(waits).toHaveLength(ASSETS * REGENERATES_EACH);
  expect(settled.length).toBeGreaterThanOrEqual(ASSETS);
  expect(world.secondPurges()).toBeGreaterThan(0);
});
