import { transaction } from '../database/transaction';
import type { Prisma } from '../generated/prisma/client';
import { acceptGeneration } from '../generation/accept-generation';
import type { Runtime } from '../runtime';
import { assetId } from './asset-id';
import { assetName } from './asset-name';
import type { ExplicitParams } from './params';

interface Request {
  /** Defaults are filled in from it now, once and for all. */
  project: { id: string };
  /** Canonical source, see lib/sources. */
  src: string;
  explicit: ExplicitParams;
  mintedBy: 'owner' | 'embed';
  requestId: string;
}

/**
 * Makes the asset of an embed URL with its first generation, or finds the one that is there; both in one transaction,
 * so that of many callers one mints and one unit is charged. An asset the owner asks for becomes the owner's.
 * @throws ApiError 429 when the month is used up.
 */
export async function mintAsset(rt: Runtime, request: Request): Promise<{ assetId: string; created: boolean }> {
  const { src, explicit, mintedBy, requestId } = request;
  const id = assetId(request.project.id, src, explicit);
  return transaction(rt, async (tx, wake) => {
    const project = await tx.project.findUniqueOrThrow({ where: { id: request.project.id }, include: { owner: true } });
    const { count } = await tx.asset.createMany({
      data: {
        id,
        projectId: project.id,
        src,
        name: await assetName(tx, src),
        explicitParams: explicit as Prisma.InputJsonObject,
        mintedBy,
        motion: explicit.motion ?? project.defaultMotion,
        mode: explicit.mode ?? project.defaultMode,
        durSeconds: explicit.dur ?? project.defaultDurSeconds,
        seed: explicit.seed ?? null,
        aspect: explicit.aspect ?? 'preserve',
        prompt: explicit.prompt ?? null,
        createdAt: new Date(rt.clock.now()),
      },
      skipDuplicates: true,
    });
    if (count === 0) {
      if (mintedBy === 'owner') await tx.asset.updateMany({ where: { id, mintedBy: 'embed' }, data: { mintedBy } });
      return { assetId: id, created: false };
    }
    const asset = await tx.asset.findUniqueOrThrow({ where: { id } });
    await acceptGeneration(rt, tx, wake, { asset, project, owner: project.owner, given: {}, requestId });
    return { assetId: id, created: true };
  });
}
