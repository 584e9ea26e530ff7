import { notFound } from '../http/errors';
import type { Runtime } from '../runtime';

/** The id of an asset of this user. One query: missing and someone else's are told alike, in the same time. @throws ApiError 404 */
export async function findOwnedAsset(rt: Runtime, userId: string, assetId: string): Promise<string> {
  const asset = await rt.db.asset.findFirst({ where: { id: assetId, project: { ownerId: userId } }, select: { id: true } });
  if (!asset) throw notFound();
  return asset.id;
}
