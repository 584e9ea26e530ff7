import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GET } from '@/app/api/assets/[id]/route';
import { call, read } from '@/test/support/call';
import { regenerate } from '../assets/regenerate-handler';
import { blockCache } from './block-cache';
import { deliver } from '../delivery/deliver';
import { GRACE_MS } from '../generation/finalize-generation';
import { makePipeline, type Account, type Pipeline } from '@/test/support/pipeline';
import { stores, type TestStore } from './testing/stores';

// The whole way of a clip on each store: upload, generation on the engine, embed URL, range, the next clip, and the end.
describe.each(stores)('a generation on %s', (_, open) => {
  let p: Pipeline;
  let store: TestStore;
  let owner: Account;
  beforeAll(async () => {
    store = await open();
    p = await makePipeline();
    p.rt.storage = store.storage;
    p.rt.hot.blocks = blockCache(store.storage);
    owner = await p.account('pro');
  });
  afterAll(async () => {
    await p.close();
    await store.close();
  });

  const get = async (path: string, headers: Record<string, string> = {}) => deliver(new Request(`http://localhost:3000${path}`, { headers }));

  it('ends in a clip that is streamed in ranges; the next one takes its place, and the first is deleted in time', async () => {
    const id = await p.asset(owner);
    await p.settle();
    const asset = await p.rt.db.asset.findUniqueOrThrow({ where: { id }, include: { current: true } });
    const { clipKey, posterKey } = asset.current!;
    const clip = Buffer.from(await store.storage.readAll(clipKey!));
    expect(clip.length).toBeGreaterThan(10);
    expect(await store.storage.size(`work/${asset.currentGenerationId}/source`)).toBeNull();

    const { pathname, search } = new URL((await read(await call(GET, { params: { id }, cookie: owner.cookie }))).asset.embed_url);
    const path = pathname + search;
    const whole = await get(path);
    expect([whole.status, Buffer.from(await whole.arrayBuffer()).equals(clip)]).toEqual([200, true]);
    const part = await get(path, { range: 'bytes=2-7' });
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, `bytes 2-7/${clip.length}`, clip.toString('utf8', 2, 8)]);
    expect((await get(path.replace('.mp4', '.jpg'))).status).toBe(200);

    await call(regenerate, { method: 'POST', params: { id }, cookie: owner.cookie });
    await p.settle();
    const next = await get(path);
    expect([next.status, next.headers.get('etag') === whole.headers.get('etag')]).toEqual([200, false]);
    expect(await next.text()).not.toBe(clip.toString());
    expect(await store.storage.size(clipKey!)).toBe(clip.length);
    p.rt.clock.advance(GRACE_MS);
    await p.settle();
    expect([await store.storage.size(clipKey!), await store.storage.size(posterKey!)]).toEqual([null, null]);
  });
});
