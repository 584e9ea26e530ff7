import { randomBytes } from 'node:crypto';
import { getRequestListener } from '@hono/node-server';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Cloudflare, refusals, startCloudflare } from '@/test/cloudflare/stand-in';
import { type SlowProxy, startSlowProxy } from '@/test/support/slow-proxy';
import { acceptGeneration } from '../generation/accept-generation';
import { deleteAsset } from '../assets/delete-asset';
import { transaction } from '../database/transaction';
import { deliver } from '../delivery/deliver';
import { makeWorld, startServer, type World } from '../delivery/test-world';
import { carry } from '../outbox/carry';
import { relayBatch } from '../outbox/relay';
import { openEdge } from './open-edge';

// The product behind a stand-in of Cloudflare whose cache is real: looks go through it, fills take as long as we hold them.
let origin: Awaited<ReturnType<typeof startServer>>;
let slow: SlowProxy;
let cf: Cloudflare;
let world: World;
let assets = 0;

beforeAll(async () => {
  origin = await startServer(getRequestListener(deliver, { overrideGlobalObjects: false }));
  slow = await startSlowProxy(Number(origin.host.split(':')[1]));
  cf = await startCloudflare({ originUrl: `http://127.0.0.1:${slow.port}` });
  world = await makeWorld({ PUBLIC_URL: cf.edgeUrl, EDGE_DRIVER: 'cloudflare', CLOUDFLARE_API_TOKEN: cf.token, CLOUDFLARE_ZONE_ID: cf.zoneId, CLOUDFLARE_BASE_URL: cf.baseUrl });
});
beforeEach(async () => {
  world.rt.edge = openEdge(world.rt.env, world.rt);
  await world.rt.db.outboxMessage.deleteMany();
  cf.tagTokens = 25;
});
afterAll(async () => {
  await cf.close();
  await slow.close();
  await origin.close();
  await world.close();
});

const seen = async (path: string) => {
  const answer = await fetch(`${cf.edgeUrl}${path}`);
  await answer.arrayBuffer();
  return { status: answer.status, etag: answer.headers.get('etag')?.replaceAll('"', ''), from: answer.headers.get('cf-cache-status') };
};
/** Carries whatever is due now. */
const relay = async () => {
  while ((await relayBatch(world.rt, carry)) > 0);
};
const liveAt = async (id: string) => (await world.rt.db.asset.findUniqueOrThrow({ where: { id } })).edgeLiveAt?.getTime() ?? null;
const messages = async () => (await world.rt.db.outboxMessage.findMany({ where: { kind: { startsWith: 'edge.' } }, orderBy: { id: 'asc' } })).map(({ kind, attempts, lastError, availableAt }) => ({ kind, attempts, lastError, inMs: availableAt.getTime() - world.rt.clock.now() }));
const regenerate = (id: string) =>
  transaction(world.rt, async (tx, wake) => {
    const asset = await tx.asset.findUniqueOrThrow({ where: { id }, include: { project: { include: { owner: true } } } });
    await acceptGeneration(world.rt, tx, wake, { asset, project: asset.project, owner: asset.project.owner, given: {}, requestId: 'req_again' });
  });

/** An asset whose first clip is live, and whose second is accepted. */
async function made() {
  const name = `a${++assets}`;
  const id = await world.mint(`https://cdn.acme.com/${name}.png`, { motion: 'subtle', idem: 'x' });
  const first = await world.finish(id, randomBytes(2_000));
  await relay();
  await regenerate(id);
  // Its later purges would mingle with those of the second.
  await world.rt.db.outboxMessage.deleteMany();
  cf.purges.length = 0;
  const base = world.path(`cdn.acme.com/${name}.png`);
  return { id, first, mp4: `${base}.mp4?idem=x&motion=subtle`, jpg: `${base}.jpg?idem=x&motion=subtle`, turned: `${base}.mp4?motion=subtle&idem=x` };
}

describe('a switch behind a cache', () => {
  it('purges clip and poster by URL and all else by the tag, looks, and then says since when the new clip is live', async () => {
    const { id, first, mp4, jpg, turned } = await made();
    expect([await liveAt(id), (await seen(mp4)).etag, (await seen(jpg)).etag, (await seen(turned)).etag]).toEqual([world.rt.clock.now(), first, `${first}-poster`, first]);
    world.rt.clock.advance(1000);
    const second = await world.finish(id, randomBytes(2_000));
    expect([await liveAt(id), (await seen(mp4)).etag]).toEqual([null, first]);
    await relay();
    expect(cf.purges).toEqual([{ files: [`${cf.edgeUrl}${mp4}`, `${cf.edgeUrl}${jpg}`] }, { tags: [`motioness-${id}`] }]);
    expect(await liveAt(id)).toBe(world.rt.clock.now());
    expect([await seen(mp4), await seen(jpg), await seen(turned)]).toMatchObject([{ etag: second, from: 'HIT' }, { etag: `${second}-poster`, from: 'HIT' }, { etag: second, from: 'MISS' }]);
  });

  it('purges again when a fill from before the switch ended after the purge, and is not live before', async () => {
    const { id, first, mp4 } = await made();
    cf.cache.dropUrl(mp4);
    const fill = slow.hold(mp4);
    const viewer = seen(mp4);
    await fill.arrived;
    const second = await world.finish(id, randomBytes(2_000));
    // The look goes by itself and would find the new clip; the old fill is let in between purge and look.
    const { edge } = world.rt;
    world.rt.edge = { ...edge!, purge: async (...args) => (await edge!.purge(...args), fill.release(), void (await viewer)) };
    expect((await seen(mp4)).etag).toBe(second);
    await relay();
    expect((await viewer).etag).toBe(first);
    expect(cf.purges.filter(({ files }) => files)).toHaveLength(2);
    expect([await liveAt(id), (await seen(mp4)).etag]).toEqual([world.rt.clock.now(), second]);
  });

  it('purges once more seconds later, and once more when the slowest fill is over, by the tag too; what had come back is noted', async () => {
    const { id, first, mp4, turned } = await made();
    cf.cache.dropUrl(turned);
    const fills = [slow.hold(mp4), slow.hold(turned)];
    cf.cache.dropUrl(mp4);
    const viewers = [seen(mp4), seen(turned)];
    await Promise.all(fills.map(({ arrived }) => arrived));
    const second = await world.finish(id, randomBytes(2_000));
    await relay();
    const early = await liveAt(id);
    fills.forEach(({ release }) => release());
    await Promise.all(viewers);
    expect([(await seen(mp4)).etag, (await seen(turned)).etag]).toEqual([first, first]);
    expect((await messages()).map(({ kind, inMs }) => [kind, inMs])).toEqual([['edge.settle', 5_000], ['edge.settle', 130_000]]);
    world.rt.clock.advance(5_000);
    await relay();
    expect([(await seen(mp4)).etag, (await seen(turned)).etag, (await liveAt(id))! - early!]).toEqual([second, first, 5_000]);
    world.rt.clock.advance(125_000);
    await relay();
    expect([(await seen(turned)).etag, (await liveAt(id))! - early!, await messages()]).toEqual([second, 5_000, []]);
  });

  it('leaves it to the newer switch when another came meanwhile', async () => {
    const { id, mp4 } = await made();
    await world.finish(id, randomBytes(2_000));
    await regenerate(id);
    const third = await world.finish(id, randomBytes(2_000));
    await relay();
    expect(cf.purges.filter(({ files }) => files)).toHaveLength(1);
    expect([await liveAt(id), (await seen(mp4)).etag]).toEqual([world.rt.clock.now(), third]);
  });
});

describe('an edge that does not confirm', () => {
  it.each([
    ['refuses', refusals.authentication, 'EdgeError: Cloudflare did not purge (HTTP 403): 10000 Authentication error', 500],
    ['breaks', refusals.html, 'EdgeError: Cloudflare did not purge (HTTP 502): something that is not its JSON', 500],
    ['asks to wait', refusals.rateLimit(12), 'EdgeError: Cloudflare did not purge (HTTP 429): 1134', 12_000],
  ])('%s: the message stays until it does, and the clip is not called live before', async (_, fault, error, inMs) => {
    const { id } = await made();
    await world.finish(id, randomBytes(2_000));
    cf.fail(fault);
    await relay();
    expect((await messages())[0]).toMatchObject({ kind: 'edge.purge', attempts: 1, lastError: expect.stringContaining(error), inMs });
    expect(await liveAt(id)).toBeNull();
    world.rt.clock.advance(inMs);
    await relay();
    expect(await liveAt(id)).toBe(world.rt.clock.now());
  });

  it('still has the old clip after five purges: tried again later', async () => {
    const { id, first, mp4 } = await made();
    await world.finish(id, randomBytes(2_000));
    const { edge } = world.rt;
    let purges = 0;
    world.rt.edge = { ...edge!, purge: async () => void (purges += 1), look: async () => ({ status: 200, etag: `"${first}"`, ours: true }) };
    await relay();
    expect([purges, await liveAt(id), (await messages())[0]!.lastError]).toEqual([5, null, `EdgeError: the edge still has an old answer for ${mp4} after 5 purges`]);
  });

  it.each([
    [{ status: 403, etag: null, ours: false }, 'it must let this server'],
    [{ status: 530, etag: null, ours: false }, 'it must let this server'],
    [{ status: 301, etag: null, ours: false }, 'it must let this server'],
    [{ status: 200, etag: null, ours: true }, 'it must pass on strong ETags'],
  ])('answers a look with %o: nothing is known, so it is tried again', async (answer, text) => {
    const { id } = await made();
    await world.finish(id, randomBytes(2_000));
    world.rt.edge = { ...world.rt.edge!, look: async () => answer };
    await relay();
    expect([await liveAt(id), (await messages())[0]!.lastError]).toEqual([null, expect.stringContaining(text)]);
  });

  it('is believed when the product itself refuses: nothing old stands there', async () => {
    const { id } = await made();
    await world.finish(id, randomBytes(2_000));
    await world.setProject({ proxyKey: 'pk_rotated' });
    await relay();
    await world.setProject({ proxyKey: world.project.proxyKey });
    expect(await liveAt(id)).not.toBeNull();
  });
});

it('a deleted asset goes from the edge at once, and again when no fill can bring it back', async () => {
  const { id, mp4, turned } = await made();
  await Promise.all([mp4, turned].map(seen));
  await deleteAsset(world.rt, id);
  await relay();
  expect(cf.cache.kept().filter((url) => url.includes(mp4.split('?')[0]!))).toEqual([]);
  expect((await messages()).map(({ kind, inMs }) => [kind, inMs])).toEqual([['edge.forget', 130_000]]);
});

it('without an edge a switch is live when it is committed, and writes no message for one', async () => {
  const { id } = await made();
  world.rt.edge = null;
  await world.rt.db.outboxMessage.deleteMany();
  world.rt.clock.advance(1000);
  await world.finish(id, randomBytes(2_000));
  expect([await liveAt(id), await messages()]).toEqual([world.rt.clock.now(), []]);
});
