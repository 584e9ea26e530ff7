import { cacheTag } from '../delivery/embed-headers';
import { embedPathsOf } from '../delivery/embed-paths-of';
import type { Runtime } from '../runtime';

/** Drops an asset's entries at the edge and notes since when the new clip is live there. @throws when the edge did not confirm. */
export async function purgeEmbed(rt: Runtime, { assetId, generationId }: { assetId: string; generationId: string }): Promise<void> {
  const paths = await embedPathsOf(rt, assetId);
  if (paths.length === 0) return; // deleted meanwhile
  await rt.edge.purge({ paths, tag: cacheTag(assetId) });
  await rt.db.asset.updateMany({
    where: { id: assetId, currentGenerationId: generationId },
    data: { edgeLiveAt: new Date(rt.clock.now()) },
  });
}
