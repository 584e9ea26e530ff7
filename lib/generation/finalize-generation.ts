import { lockAsset } from '../assets/lock-asset';
import type { Prisma } from '../database/database';
import { transaction } from '../database/transaction';
import { appendEvent } from '../events/append-event';
import { addMessage } from '../outbox/add-message';
import type { Runtime } from '../runtime';
import type { Given } from './accept-generation';
import { clearLater } from './clear-work';
import { dispatchNext } from './dispatch-next';

export interface FinishedClip {
  clipKey: string;
  posterKey: string;
  blurDataUrl: string;
  loopMode: 'native' | 'crossfade' | null;
  bytes: number;
  width: number;
  height: number;
  durationMs: number;
}

/** How long a replaced clip's objects stay, so that no stream is cut. */
export const GRACE_MS = 10 * 60_000;

/**
 * The flip: clip, poster, placeholder and the given values become the asset's in one transaction, with the `ready`
 * event, the purge and the old objects' end. Running it again changes nothing.
 * @returns whether the generation's clip is now (or was already) accepted; false when it had been cancelled or failed.
 */
export async function finalizeGeneration(rt: Runtime, generationId: string, clip: FinishedClip): Promise<boolean> {
  return transaction(rt, async (tx, wake) => {
    const found = await tx.generation.findUnique({ where: { id: generationId }, select: { assetId: true } });
    if (!found || !(await lockAsset(tx, found.assetId))) return false;
    const { asset, ...generation } = await tx.generation.findUniqueOrThrow({
      where: { id: generationId },
      include: { asset: { include: { current: true, _count: { select: { generations: { where: { status: 'queued' } } } } } } },
    });
    if (generation.status === 'succeeded') return true;
    if (generation.status !== 'running') return false;

    const nowMs = rt.clock.now();
    const now = new Date(nowMs);
    await tx.generation.update({
      where: { id: generationId },
      data: { ...clip, status: 'succeeded', stage: null, etag: generationId, finishedAt: now },
    });
    const { motion, mode, durSeconds } = generation;
    await tx.asset.update({
      where: { id: asset.id },
      data: {
        currentGenerationId: generationId,
        posterKey: clip.posterKey,
        blurDataUrl: clip.blurDataUrl,
        motion,
        mode,
        durSeconds,
        ...pinnedSeed(generation.given),
        readyAt: now,
        edgeLiveAt: null,
        ...(asset._count.generations === 0 ? { status: 'ready', error: null } : {}),
      },
    });
    await appendEvent(tx, wake, { generation, type: 'ready', atMs: nowMs, latencyMs: nowMs - generation.createdAt.getTime() });
    await clearLater(tx, wake, generation, nowMs);
    await addMessage(tx, wake, `purge/${generationId}`, { kind: 'edge.purge', assetId: asset.id, generationId }, nowMs);
    const old = [asset.current?.clipKey, asset.current?.posterKey, asset.posterKey].filter((key) => key != null && key !== clip.posterKey);
    if (old.length > 0) {
      await addMessage(tx, wake, `expire/${generationId}`, { kind: 'objects.delete', keys: [...new Set(old as string[])] }, nowMs + GRACE_MS);
    }
    await dispatchNext(tx, wake, asset.id, nowMs);
    return true;
  });
}

/** A given seed becomes the asset's pinned one; a given null unpins; nothing given leaves it. */
function pinnedSeed(given: Prisma.JsonValue): { seed?: number | null } {
  const { seed } = given as Given;
  return seed === undefined ? {} : { seed };
}
