import { notFound } from '../http/errors';
import type { Runtime } from '../runtime';
import { assetInclude, assetJson, type AssetJson } from './asset-json';
import { generationJson, type GenerationJson } from './generation-json';

/** An asset with its whole history, newest first. @throws ApiError 404 */
export async function getAsset(rt: Runtime, userId: string, assetId: string): Promise<{ asset: AssetJson; generations: GenerationJson[] }> {
  const asset = await rt.db.asset.findFirst({ where: { id: assetId, project: { ownerId: userId } }, include: assetInclude });
  if (!asset) throw notFound();
  const generations = await rt.db.generation.findMany({ where: { assetId }, orderBy: { number: 'desc' } });
  return {
    asset: await assetJson(rt, asset),
    generations: generations.map((generation) => generationJson(generation, asset.currentGenerationId)),
  };
}
