import { lockAsset } from '../assets/lock-asset';
import { transaction } from '../database/transaction';
import { appendEvent } from '../events/append-event';
import { refundGeneration } from '../quota/refund-generation';
import type { Runtime } from '../runtime';
import { addMessages } from '../outbox/add-message';
import { clearing } from './clear-work';
import { dispatchNext } from './dispatch-next';
import { cancelPredictions } from './replicate/cancel-predictions';
import { GRACE_MS } from './finalize-generation';
import type { PipelineCode } from './pipeline-error';
import { endedNudge } from './pipeline-events';

type Ending = { status: 'failed'; code: PipelineCode; message: string } | { status: 'cancelled' };

/**
 * Ends a generation without a clip: the unit goes back to its month, the old clip stays, and the next waiting run is
 * dispatched. Running it again changes nothing.
 * @returns whether this call ended it; false when it had ended before.
 */
export async function endGeneration(rt: Runtime, generationId: string, ending: Ending): Promise<boolean> {
  return transaction(rt, async (tx, wake) => {
    const found = await tx.generation.findUnique({ where: { id: generationId }, select: { assetId: true } });
    if (!found || !(await lockAsset(tx, found.assetId))) return false;
    const generation = await tx.generation.findUniqueOrThrow({ where: { id: generationId } });
    if (generation.status !== 'queued' && generation.status !== 'running') return false;

    const nowMs = rt.clock.now();
    await refundGeneration(tx, generationId);
    await cancelPredictions(tx, wake, generationId, nowMs);
    if (generation.status === 'running') {
      // A stage that has not heard of it yet may still be writing. A run that sleeps learns of it at once, and lets the
      // next one have its place.
      await addMessages(tx, wake, [clearing(generation, nowMs + GRACE_MS), endedNudge(generationId, nowMs)]);
    }
    const failure = ending.status === 'failed' ? { errorCode: ending.code, errorMsg: ending.message } : {};
    await tx.generation.update({
      where: { id: generationId },
      data: { status: ending.status, stage: null, finishedAt: new Date(nowMs), ...failure },
    });
    await appendEvent(tx, wake, { generation, type: ending.status, atMs: nowMs, ...failure });
    if (!(await dispatchNext(tx, wake, generation.assetId, nowMs))) {
      const error = ending.status === 'failed' ? `${ending.code}: ${ending.message}` : 'cancelled: the generation was cancelled';
      await tx.asset.update({ where: { id: generation.assetId }, data: { status: 'failed', error } });
    }
    return true;
  });
}
