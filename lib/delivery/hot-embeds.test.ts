import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { deleteAsset } from '../assets/delete-asset';
import { regenerateAsset } from '../assets/regenerate-asset';
import { localBus } from '../events/bus';
import { postgresBus } from '../events/postgres-bus';
import { assetChannel } from '../events/event-types';
import { setRuntime, type Runtime } from '../runtime';
import { deliver } from './deliver';
import { hotEmbeds } from './hot-embeds';
import { makeWorld, type World } from './test-world';

let world: World;
let name: string;
let assetId: string;
let made = 0;
const clips = [randomBytes(300_000), randomBytes(300_000)] as const;

beforeAll(async () => void (world = await makeWorld()));
afterAll(() => world.close());
beforeEach(async () => {
  world.rt.bus = localBus();
  world.rt.hot.embeds = hotEmbeds();
  await world.setProject({ allowedOrigins: ['https://acme.com'] });
  name = `acme.com/${++made}.png`;
  assetId = await world.mint(`https://${name}`, {}, 'embed');
  await world.finish(assetId, clips[0]);
});
afterEach(() => vi.restoreAllMocks());

const get = (headers: Record<string, string> = {}, method?: string) => world.get(world.path(`${name}.mp4`), headers, method);
const generation = async (answer = get()) => (await answer).headers.get('x-motioness-generation');
const accept = () => regenerateAsset(world.rt, { assetId, user: { id: world.userId }, given: {}, requestId: 'req_again', idempotencyKey: null });
const queries = () => vi.spyOn(world.rt.db, '$queryRaw');

describe('a hot embed URL', () => {
  it('costs no query, whatever is asked of it', async () => {
    const etag = (await get()).headers.get('etag')!;
    await world.get(world.path(`${name}.jpg`));
    const asked = queries();
    const given: Array<Record<string, string>> = [{}, { range: 'bytes=5-9' }, { 'if-none-match': etag }, { range: 'bytes=-1', 'if-range': etag }];
    for (const headers of given) await get(headers);
    await get({}, 'HEAD');
    await world.get(world.path(`${name}.jpg`));
    expect(asked).not.toHaveBeenCalled();
  });

  it('is looked up anew while a regenerate is in flight, so the very next request has the new clip', async () => {
    for (const number of ['2', '3', '4']) {
      expect(await generation()).not.toBe(number);
      await accept();
      const asked = queries();
      await get();
      expect(asked).toHaveBeenCalled();
      asked.mockRestore();
      await world.finish(assetId, clips[1]);
      expect(await generation()).toBe(number);
    }
  });

  it('is the new clip for a request that came while the old one was being looked up', async () => {
    await accept();
    const slow = get();
    await world.finish(assetId, clips[1]);
    expect(await generation()).toBe('2');
    await slow;
  });

  it('keeps the old clip and its query when a regenerate is refused', async () => {
    await get();
    await accept();
    await world.fail(assetId);
    expect(await generation()).toBe('1');
    const asked = queries();
    expect(await generation()).toBe('1');
    expect(asked).not.toHaveBeenCalled();
  });

  it('is closed at once when its project no longer admits it, and gone when it is deleted', async () => {
    await get();
    await world.setProject({ allowedOrigins: [] });
    expect((await get()).status).toBe(403);
    await world.setProject({ allowedOrigins: ['https://acme.com'] });
    expect((await get()).status).toBe(200);
    await deleteAsset(world.rt, assetId);
    expect((await get({}, 'HEAD')).status).toBe(404);
  });

  it('is not mixed up with the asset that an Idempotency-Key header names', async () => {
    await get();
    expect((await get({ 'idempotency-key': 'b' }, 'HEAD')).status).toBe(404);
    expect((await get()).status).toBe(200);
  });

  it('is read once for a crowd', async () => {
    const asked = queries();
    await Promise.all(Array.from({ length: 50 }, () => get()));
    expect(asked).toHaveBeenCalledTimes(1);
  });
});

describe('with hints lost', () => {
  it('a hot embed URL is at most a second behind', async () => {
    world.rt.bus.subscribe = () => () => {};
    expect(await generation()).toBe('1');
    await accept();
    await world.finish(assetId, clips[1]);
    world.rt.clock.advance(999);
    expect(await generation()).toBe('1');
    world.rt.clock.advance(1);
    expect(await generation()).toBe('2');
  });

  it('and known to be lost, nothing is remembered', async () => {
    world.rt.bus.hearing = () => false;
    await get();
    const asked = queries();
    await get();
    await get();
    expect(asked).toHaveBeenCalledTimes(2);
  });

  it('a clock set back does not make a look last', async () => {
    world.rt.bus.subscribe = () => () => {};
    await get();
    await accept();
    await world.finish(assetId, clips[1]);
    world.rt.clock.advance(-3_600_000);
    expect(await generation()).toBe('2');
  });
});

describe('what is remembered', () => {
  it('is listened for once an URL, and no longer than it is remembered', async () => {
    const bus = localBus();
    const open = new Set<object>();
    world.rt.bus = { ...bus, subscribe: (channel, listener) => {
      const stop = bus.subscribe(channel, listener);
      const one = {};
      open.add(one);
      return () => (open.delete(one), stop());
    } };
    for (let i = 0; i < 5; i++) {
      await get();
      expect(open.size).toBe(2);
      world.rt.clock.advance(1_000);
    }
    world.rt.bus.publish(assetChannel(assetId));
    expect(open.size).toBe(0);
    await get({}, 'HEAD');
    await world.get(world.path('acme.com/never-made.png.mp4'), {}, 'HEAD');
    await world.get(world.path('evil.com/a.png.mp4'), {}, 'HEAD');
    expect(open.size).toBe(2);
  });
});

describe('looks that overtake each other', () => {
  it('leave nothing that listens, also where the project is not known yet', async () => {
    let open = 0;
    const bus = { ...localBus(), hearing: () => false, subscribe: () => (open++, () => void open--) };
    // A runtime that has seen no key: its looks find the project first, and by then others have taken their place.
    const rt: Runtime = { ...world.rt, bus, hot: { ...world.rt.hot, embeds: hotEmbeds() } };
    setRuntime(rt);
    const answers = await Promise.all(Array.from({ length: 8 }, () => deliver(new Request(`http://localhost:3000${world.path(`${name}.mp4`)}`))));
    setRuntime(world.rt);
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(open).toBe(2);
  });
});

describe.runIf(process.env.TEST_DATABASE_URL)('another process', () => {
  it('has the new clip at its next request too', async () => {
    const [{ url }] = await world.rt.db.$queryRaw<[{ url: string }]>`SELECT current_database() AS url`;
    const server = new URL(process.env.TEST_DATABASE_URL!);
    server.pathname = `/${url}`;
    const ours = await postgresBus(server.href, world.rt.log);
    const theirs = await postgresBus(server.href, world.rt.log);
    world.rt.bus = ours;
    const other: Runtime = { ...world.rt, bus: theirs, hot: { ...world.rt.hot, embeds: hotEmbeds() } };
    const there = async () => {
      setRuntime(other);
      const answer = deliver(new Request(`http://localhost:3000${world.path(`${name}.mp4`)}`));
      setRuntime(world.rt);
      return (await answer).headers.get('x-motioness-generation');
    };
    try {
      for (let number = 2; number < 30; number++) {
        expect(await there()).toBe(String(number - 1));
        let heard = false;
        const stop = theirs.subscribe(assetChannel(assetId), () => void (heard = true));
        await accept();
        // Milliseconds; the shortest of generations takes longer.
        await vi.waitUntil(() => heard);
        stop();
        await world.finish(assetId, clips[1]);
        expect(await there()).toBe(String(number));
      }
    } finally {
      world.rt.bus = localBus();
      await ours.close();
      await theirs.close();
    }
  });
});
