import { assetInclude, assetJson } from '../assets/asset-json';
import type { Runtime } from '../runtime';
import { DEMO_EMAIL } from './seed-demo';

/** The demo asset's clip, for the landing page; null where there is none. */
export async function findDemo(rt: Runtime): Promise<{ mp4_url: string; poster_url: string; embed_url: string } | null> {
  const asset = await rt.db.asset.findFirst({
    where: { project: { owner: { email: DEMO_EMAIL } }, currentGenerationId: { not: null } },
    orderBy: { createdAt: 'asc' },
    include: assetInclude,
  });
  if (!asset) return null;
  const { mp4_url, poster_url, embed_url } = await assetJson(rt, asset);
  return mp4_url ? { mp4_url, poster_url, embed_url } : null;
}
