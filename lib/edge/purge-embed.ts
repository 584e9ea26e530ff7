import type { Runtime } from '../runtime';
import { readSwitch, replaceAtEdge, type SwitchRef } from './replace-at-edge';

/** Below the outbox's lease, so that no other relay takes the message up meanwhile. */
export const CARRY_MS = 45_000;

/** After a switch: purges, makes sure by looking, and notes since when the new clip is live. @throws EdgeError when it is not yet */
export async function purgeEmbed(rt: Runtime, ref: SwitchRef): Promise<void> {
  const { edge } = rt;
  // The edge was taken away since: what is committed is live.
  if (!edge) return noteLive(rt, ref);
  const what = await readSwitch(rt, ref);
  if (!what) return;
  const live = await replaceAtEdge(rt, edge, what, { tag: true, signal: AbortSignal.timeout(CARRY_MS) });
  if (live) await noteLive(rt, ref);
}

/** The first time counts, unless the old clip had come back (`anew`). */
export async function noteLive(rt: Runtime, { assetId, generationId }: SwitchRef, { anew = false } = {}): Promise<void> {
  await rt.db.asset.updateMany({
    where: { id: assetId, currentGenerationId: generationId, ...(anew ? {} : { edgeLiveAt: null }) },
    data: { edgeLiveAt: new Date(rt.clock.now()) },
  });
}
