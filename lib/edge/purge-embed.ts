import type { ExplicitParams } from '../assets/params';
import { cacheTag } from '../delivery/embed-headers';
import type { Runtime } from '../runtime';
import { embedPath } from '../sources/embed-path';

/** Drops an asset's entries at the edge and notes since when the new clip is live there. @throws when the edge did not confirm. */
export async function purgeEmbed(rt: Runtime, { assetId, generationId }: { assetId: string; generationId: string }): Promise<void> {
  const asset = await rt.db.asset.findUnique({ where: { id: assetId }, include: { project: { select: { proxyKey: true } } } });
  if (!asset) return;
  const paths = (['mp4', 'jpg'] as const).map((ext) => embedPath(asset.project.proxyKey, asset.src, asset.explicitParams as ExplicitParams, ext));
  await rt.edge.purge({ paths, tag: cacheTag(assetId) });
  await rt.db.asset.updateMany({
    where: { id: assetId, currentGenerationId: generationId },
    data: { edgeLiveAt: new Date(rt.clock.now()) },
  });
}
