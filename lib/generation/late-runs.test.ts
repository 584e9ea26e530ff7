import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cancelGeneration } from '@/lib/assets/cancel-generation';
import { deleteAsset } from '@/lib/assets/delete-asset';
import { prepareAsset } from '@/lib/assets/prepare-asset';
import { regenerateAsset } from '@/lib/assets/regenerate-asset';
import { localBus } from '@/lib/events/bus';
import { makePipeline, type Account, type Pipeline } from '@/test/support/pipeline';
import { testMedia } from '@/test/support/test-providers';
import { finalizeGeneration, GRACE_MS } from './finalize-generation';
import { takeSource } from './stages';
import { type StartedGeneration, startGeneration } from './start-generation';
import { posterKey, workKey } from './work-keys';

// A process that was stopped, or taken for dead, goes on with its run when that has ended, or was done by another.
let p: Pipeline;
let owner: Account;
beforeAll(async () => {
  p = await makePipeline();
  owner = await p.account('team');
});
afterAll(() => p.close());
afterEach(() => void (p.rt.media = testMedia));

const newest = (assetId: string) => p.rt.db.generation.findFirstOrThrow({ where: { assetId }, orderBy: { number: 'desc' } });
async function start(assetId: string): Promise<StartedGeneration> {
  const { id } = await newest(assetId);
  return (await startGeneration(p.rt, { id, assetId }))!;
}

describe('a run that goes on after its end', () => {
  it('leaves nothing of what it still writes', async () => {
    const id = await p.asset(owner);
    await p.settle();
    const key = workKey((await newest(id)).id, 'single');
    await p.rt.storage.put(key, Buffer.from('late'), 'video/mp4');
    p.rt.clock.advance(GRACE_MS);
    await p.settle();
    expect(await p.rt.storage.size(key)).toBeNull();
  });

  it("does not put its poster in the place of the next run's", async () => {
    const id = await p.asset(owner, { idem: 'posters' });
    const first = await start(id);
    let next: StartedGeneration | undefined;
    p.rt.media = {
      ...testMedia,
      poster: async (...args) => {
        p.rt.media = testMedia;
        // By another process, whose hint to this one is lost.
        await cancelGeneration({ ...p.rt, bus: localBus() }, id);
        await regenerateAsset(p.rt, { assetId: id, user: owner, given: {}, requestId: 'next', idempotencyKey: null });
        next = await start(id);
        await takeSource(p.rt, next, 1);
        return testMedia.poster(...args);
      },
    };
    await takeSource(p.rt, first, 1);
    const shown = posterKey(id, next!.id);
    expect(await p.rt.db.asset.findUnique({ where: { id } })).toMatchObject({ posterKey: shown });
    await p.settle();
    p.rt.clock.advance(GRACE_MS);
    await p.settle();
    expect(await p.rt.db.asset.findUnique({ where: { id } })).toMatchObject({ posterKey: shown, status: 'ready' });
    expect(await p.rt.storage.size(shown)).not.toBeNull();
  });

  it('changes nothing for an asset that was deleted and made again meanwhile', async () => {
    const id = await p.asset(owner, { idem: 'again' });
    const run = await start(id);
    const { src } = await p.rt.db.asset.findUniqueOrThrow({ where: { id } });
    await deleteAsset(p.rt, id);
    const upload = `http://localhost:3000/uploads/${src.slice('upload:'.length)}`;
    expect(await prepareAsset(p.rt, owner, { project_id: owner.projectId, src: upload, mode: 'animate-in', idem: 'again' }, 'req')).toMatchObject({ asset_id: id });
    const clip = { clipKey: 'assets/a/b.mp4', posterKey: 'assets/a/b.jpg', blurDataUrl: 'data:,', loopMode: null, bytes: 1, width: 1, height: 1, durationMs: 1 };
    expect(await finalizeGeneration(p.rt, run, clip)).toBe(false);
    expect(await p.rt.db.asset.findUnique({ where: { id } })).toMatchObject({ status: 'pending', currentGenerationId: null });
  });
});
