import { lockAsset } from '../assets/lock-asset';
import type { Tx } from '../database/database';
import { transaction } from '../database/transaction';
import { switchIntents } from '../edge/purge-intents';
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
 * event, the purges and the old objects' end. Running it again changes nothing.
 * @returns whether the generation's clip is now (or was already) accepted; false when it had been cancelled or failed.
 */
export async function finalizeGeneration(rt: Runtime, { id, assetId }: { id: string; assetId: string }, clip: FinishedClip): Promise<boolean> {
  return transaction(rt, async (tx, wake) => {
    if (!(await lockAsset(tx, assetId))) return false;
    const generation = await readState(tx, id);
    if (generation?.status === 'succeeded') return true;
    if (generation?.status !== 'running') return false;

    const nowMs = rt.clock.now();
    const now = new Date(nowMs);
    await tx.generation.update({
      where: { id },
      data: { ...clip, status: 'succeeded', stage: null, etag: id, finishedAt: now },
      select: { id: true },
    });
    const others = generation.others > 0 && (await dispatchNext(tx, wake, assetId, nowMs));
    const { motion, mode, dur_seconds: durSeconds } = generation;
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
        // Without a cache in front the next request gets it.
        edgeLiveAt: rt.edge ? null : now,
        ...(others ? {} : { status: 'ready', error: null }),
      },
      select: { id: true },
    });
    if (pinnedSeed(generation.given).seed === null) await drawAgain(tx, assetId);
    const ref = { id, assetId, number: generation.number, requestId: generation.request_id };
    await appendEvent(tx, wake, { generation: ref, type: 'ready', atMs: nowMs, latencyMs: nowMs - new Date(generation.created_at).getTime() });
    const old = [generation.old_clip_key, generation.old_poster_key, generation.poster_key].filter((key) => key != null && key !== clip.posterKey);
    const expire: Intent = { key: `expire/${id}`, message: { kind: 'objects.delete', keys: [...new Set(old as string[])] }, availableAtMs: nowMs + GRACE_MS };
    await addMessages(tx, wake, [...clearingWork(id, nowMs, GRACE_MS), ...switchIntents(rt.edge, { id, assetId }, nowMs), ...(old.length > 0 ? [expire] : [])]);
    return true;
  });
}

interface State {
  status: string;
  given: Given;
  motion: string;
  mode: string;
  dur_seconds: number;
  number: number;
  request_id: string;
  created_at: Date;
  /** What the asset shows until now. */
  poster_key: string | null;
  old_clip_key: string | null;
  old_poster_key: string | null;
  /** Runs of the asset besides this one. */
  others: number;
}

/** The generation, and its asset as it is before the flip. Read behind the asset's lock, in a statement of its own. */
async function readState(tx: Tx, id: string): Promise<State | undefined> {
  const [state] = await tx.$queryRaw<State[]>`
    SELECT g.status, g.given, g.motion, g.mode, g.dur_seconds, g.number, g.request_id, g.created_at,
      a.poster_key, c.clip_key AS old_clip_key, c.poster_key AS old_poster_key,
      (SELECT count(*) FROM generations o WHERE o.asset_id = a.id AND o.id <> g.id AND o.status IN ('queued', 'running'))::int AS others
    FROM generations g JOIN assets a ON a.id = g.asset_id LEFT JOIN generations c ON c.id = a.current_generation_id
    WHERE g.id = ${id}`;
  return state;
}

/** Who waits has the seed that was pinned when its call was accepted. With the pin gone, each has a fresh one. */
async function drawAgain(tx: Tx, assetId: string): Promise<void> {
  const waiting = await tx.generation.findMany({ where: { assetId, status: 'queued' }, select: { id: true, given: true } });
  for (const { id, given } of waiting) {
    if ((given as Given).seed === undefined) await tx.generation.update({ where: { id }, data: { seed: drawSeed() }, select: { id: true } });
  }
}

/** A given seed becomes the asset's pinned one; a given null unpins; nothing given leaves it. */
function pinnedSeed({ seed }: Given): { seed?: number | null } {
  return seed === undefined ? {} : { seed };
}
