import type { Tx } from '../database/database';
import type { Wake } from '../database/transaction';
import { addMessage } from '../outbox/add-message';

/**
 * Hands the asset's oldest waiting generation to the engine, unless an earlier one still runs. Called whenever one is
 * accepted or ends, in that transaction: this keeps an asset's generations in order on any engine.
 */
export async function dispatchNext(tx: Tx, wake: Wake, assetId: string, nowMs: number): Promise<void> {
  const next = await tx.generation.findFirst({
    where: { assetId, status: { in: ['queued', 'running'] } },
    orderBy: { number: 'asc' },
    select: { id: true, status: true },
  });
  if (next?.status !== 'queued') return;
  await addMessage(tx, wake, `dispatch/${next.id}`, { kind: 'generation.dispatch', generationId: next.id, assetId }, nowMs);
}
