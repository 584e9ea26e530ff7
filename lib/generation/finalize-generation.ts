import { lockAsset } from '../assets/lock-asset';
import type { Prisma, Tx } from '../database/database';
import { transaction } from '../database/transaction';
import { appendEvent } from '../events/append-event';
import { addMessages, type Intent } from '../outbox/add-message';
import type { Runtime } from '../runtime';
import { drawSeed, type Given } from './accept-generation';
import { clearingWork } from './clear-work';
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
export async function finalizeGeneration(rt: Runtime, { id, assetId }: { id: string; assetId: string }, clip: FinishedClip): Promise<boolean> {
  return transaction(rt, async (tx, wake) => {
    if (!(await lockAsset(tx, assetId))) return false;
    const generation = await tx.generation.findUnique({ where: { id } });
    if (generation?.status === 'succeeded') return true;
    if (generation?.status !== 'running') return false;

    const before = await tx.asset.findUniqueOrThrow({ where: { id: assetId }, select: { posterKey: true, current: { select: { clipKey: true, posterKey: true } } } });
    const nowMs = rt.clock.now();
    const now = new Date(nowMs);
    await tx.generation.update({
      where: { id },
      data: { ...clip, status: 'succeeded', stage: null, etag: id, finishedAt: now },
      select: { id: true },
    });
    const others = await dispatchNext(tx, wake, assetId, nowMs);
    const { motion, mode, durSeconds } = generation;
    await tx.asset.update({
      where: { id: assetId },
      data: {
        currentGenerationId: id,
        posterKey: clip.posterKey,
        blurDataUrl: clip.blurDataUrl,
        motion,
        mode,
        durSeconds,
        ...pinnedSeed(generation.given),
        readyAt: now,
        edgeLiveAt: null,
        ...(others ? {} : { status: 'ready', error: null }),
      },
      select: { id: true },
    });
    if (pinnedSeed(generation.given).seed === null) await drawAgain(tx, assetId);
    await appendEvent(tx, wake, { generation, type: 'ready', atMs: nowMs, latencyMs: nowMs - generation.createdAt.getTime() });
    const old = [before.current?.clipKey, before.current?.posterKey, before.posterKey].filter((key) => key != null && key !== clip.posterKey);
    const expire: Intent = { key: `expire/${id}`, message: { kind: 'objects.delete', keys: [...new Set(old as string[])] }, availableAtMs: nowMs + GRACE_MS };
    const purge: Intent = { key: `purge/${id}`, message: { kind: 'edge.purge', assetId, generationId: id }, availableAtMs: nowMs };
    await addMessages(tx, wake, [...clearingWork(id, nowMs, GRACE_MS), purge, ...(old.length > 0 ? [expire] : [])]);
    return true;
  });
}

/** Who waits has the seed that was pinned when its call was accepted. With the pin gone, each has a fresh one. */
async function drawAgain(tx: Tx, assetId: string): Promise<void> {
  const waiting = await tx.generation.findMany({ where: { assetId, status: 'queued' }, select: { id: true, given: true } });
  for (const { id, given } of waiting) {
    if ((given as Given).seed === undefined) await tx.generation.update({ where: { id }, data: { seed: drawSeed() }, select: { id: true } });
  }
}

/** A given seed becomes the asset's pinned one; a given null unpins; nothing given leaves it. */
function pinnedSeed(given: Prisma.JsonValue): { seed?: number | null } {
  const { seed } = given as Given;
  return seed === undefined ? {} : { seed };
}
