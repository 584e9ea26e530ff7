import type { Tx } from '../database/database';
import type { Wake } from '../database/transaction';
import { addMessage } from '../outbox/add-message';

/** Writes the hand-over of one generation to the engine. `dispatch` counts how often that was done. */
export async function dispatch(tx: Tx, wake: Wake, generation: { id: string; assetId: string; dispatch: number }, nowMs: number): Promise<void> {
  const { id, assetId, dispatch } = generation;
  await addMessage(tx, wake, `dispatch/${id}/${dispatch}`, { kind: 'generation.dispatch', generationId: id, assetId, dispatch }, nowMs);
}

/**
 * Hands the asset's oldest waiting generation to the engine, unless an earlier one still runs. Called whenever one is
 * accepted or ends, in that transaction: this keeps an asset's generations in order on any engine.
 * @returns whether any waits or runs
 */
export async function dispatchNext(tx: Tx, wake: Wake, assetId: string, nowMs: number): Promise<boolean> {
  const next = await tx.generation.findFirst({
    where: { assetId, status: { in: ['queued', 'running'] } },
    orderBy: { number: 'asc' },
    select: { id: true, status: true, dispatches: true, createdAt: true },
  });
  if (next?.status !== 'queued') return next !== null;
  // Its wait ends here: silence counts from now on.
  if (next.createdAt.getTime() !== nowMs) await tx.generation.update({ where: { id: next.id }, data: { seenAt: new Date(nowMs) } });
  await dispatch(tx, wake, { id: next.id, assetId, dispatch: next.dispatches }, nowMs);
  return true;
}
