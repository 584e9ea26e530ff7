import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheTag } from '@/lib/delivery/embed-headers';
import type { Account } from '../support/pipeline';
import { type EdgeWorld, makeEdgeWorld } from './world';

// Fills that began before the switch and end after the purge, one at a time and held on purpose.
let world: EdgeWorld;
let owner: Account;
beforeAll(async () => {
  world = await makeEdgeWorld();
  owner = await world.account('team');
});
afterAll(() => world.close());

const at = (path: string, init?: RequestInit) => fetch(`${world.varnish.url}${path}`, init);
const etagAt = async (path: string) => {
  const answer = await at(path);
  await answer.arrayBuffer();
  return answer.headers.get('etag')?.replaceAll('"', '');
};
const drop = (path: string) => at(path, { method: 'PURGE' });

/** An asset whose first clip is live at the edge, and nothing kept of it. */
async function made(idem: string) {
  const id = await world.asset(owner, { idem });
  const first = await world.rt.db.generation.findFirstOrThrow({ where: { assetId: id } });
  await world.live(first.id);
  // The purges and looks of the first switch must not mingle with those of the second.
  await world.settled(first.id);
  const times = () => world.tagPurges(cacheTag(id)).length;
  const before = times();
  return { id, first: first.id, ...(await world.paths(id)), purged: () => expect.poll(times, { timeout: 10_000 }).toBe(before + 1) };
}

describe('a fill from before the switch that ends after the purge', () => {
  it('is followed by a second purge before the clip is called live', async () => {
    const { id, first, mp4: path, purged } = await made('a');
    await drop(path);
    const held = world.slow.hold(path);
    const viewer = etagAt(path);
    await held.arrived;
    const before = world.secondPurges();
    const second = await world.regenerate(owner, id);
    // Varnish has been purged, with nothing to purge; the look stands in line behind the fill, or finds what it brought.
    await purged();
    held.release();
    expect(await viewer).toBe(first);
    await world.live(second);
    expect(await etagAt(path)).toBe(second);
    expect(world.secondPurges()).toBe(before + 1);
  });

  it('under another spelling of the URL, is purged when no such fill can be under way any more', async () => {
    const { id, first, mp4 } = await made('b');
    const path = `${mp4}&v=1`;
    const held = world.slow.hold(path);
    const viewer = etagAt(path);
    await held.arrived;
    const second = await world.regenerate(owner, id);
    await world.live(second);
    held.release();
    expect(await viewer).toBe(first);
    // Kept by Varnish, from before the switch: nothing that looked at the URL itself could tell.
    expect(await etagAt(path)).toBe(first);
    await expect.poll(() => etagAt(path), { timeout: 10_000 }).toBe(second);
  });

  it('of the poster, is followed by a second purge too', async () => {
    const { id, first, jpg: path, purged } = await made('c');
    await drop(path);
    const held = world.slow.hold(path);
    const viewer = etagAt(path);
    await held.arrived;
    const second = await world.regenerate(owner, id);
    await purged();
    held.release();
    expect(await viewer).toBe(`${first}-poster`);
    await world.live(second);
    expect(await etagAt(path)).toBe(`${second}-poster`);
  });
});
