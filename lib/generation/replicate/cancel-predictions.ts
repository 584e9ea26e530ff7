import type { Tx } from '../../database/database';
import { transaction, type Wake } from '../../database/transaction';
import { addMessage } from '../../outbox/add-message';
import type { Runtime } from '../../runtime';
import { findLost } from './find-lost';
import { forget, noteEnded, noteMade } from './prediction-rows';
import { isReplicateError } from './replicate-error';
import type { ReplicateRuntime } from './advance-prediction';

/** Writes the intent to cancel what a generation still has running at the service, into the transaction that ends it. */
export async function cancelPredictions(tx: Tx, wake: Wake, generationId: string, nowMs: number): Promise<void> {
  const open = await tx.prediction.findMany({ where: { generationId, endedAt: null }, select: { id: true } });
  for (const { id } of open) await addMessage(tx, wake, `cancel/${id}`, { kind: 'prediction.cancel', rowId: id }, nowMs);
}

/** Writes the intent to cancel a prediction that belongs to no row. */
export async function cancelOrphan(rt: Pick<Runtime, 'db' | 'clock' | 'bus'>, replicateId: string): Promise<void> {
  await transaction(rt, (tx, wake) => addMessage(tx, wake, `cancel/${replicateId}`, { kind: 'prediction.cancel', replicateId }, rt.clock.now()));
}

/**
 * Cancels a prediction at the service. One that may have been made without our knowing is looked for first.
 * @throws when it must be tried again
 */
export async function cancelPrediction(
  { replicate, ...rest }: Omit<ReplicateRuntime, 'replicate'> & Pick<Runtime, 'replicate'>,
  { rowId, replicateId }: { rowId?: string; replicateId?: string },
): Promise<void> {
  if (!replicate) throw new Error('REPLICATE_API_TOKEN is gone, and a prediction is left to cancel');
  const rt: ReplicateRuntime = { ...rest, replicate };
  if (replicateId) return cancelAtService(rt, replicateId);
  const row = await rt.db.prediction.findUnique({ where: { id: rowId } });
  if (!row || row.endedAt) return;
  const id = row.replicateId ?? (await find());
  if (id === null) return forget(rt, row);
  await cancelAtService(rt, id);
  await noteEnded(rt, row.id, 'canceled');

  async function find(): Promise<string | null> {
    const found = await findLost(rt, rt.replicate, row!);
    if (found === 'unknown') throw new Error('the prediction may still be on its way; looking again later');
    if (found) await noteMade(rt, row!.id, found.id);
    return found?.id ?? null;
  }
}

async function cancelAtService(rt: ReplicateRuntime, id: string): Promise<void> {
  try {
    await rt.replicate.cancel(id);
  } catch (error) {
    // What is not there costs nothing; what has ended answers as it ended.
    if (!isReplicateError(error) || (error.kind !== 'missing' && error.kind !== 'refused')) throw error;
    rt.log.warn({ err: error, replicate_id: id }, 'a prediction could not be cancelled');
  }
}
