import { transaction } from '../database/transaction';
import { linkProject } from '../delivery/embed-link';
import { forgetIntents } from '../edge/purge-intents';
import { assetChannel } from '../events/event-types';
import { cancelChannel } from '../generation/cancel-signal';
import { clearing } from '../generation/clear-work';
import { GRACE_MS } from '../generation/finalize-generation';
import { endedNudge } from '../generation/pipeline-events';
import { cancelPredictions } from '../generation/replicate/cancel-predictions';
import { addMessage, addMessages } from '../outbox/add-message';
import { refundGeneration } from '../quota/refund-generation';
import type { Runtime } from '../runtime';
import { lockAsset } from './lock-asset';

/**
 * Deletes an asset: what is in flight is stopped and given back, rows and what the edge keeps go at once, objects after
 * the grace time.
 */
export async function deleteAsset(rt: Runtime, assetId: string): Promise<void> {
  await transaction(rt, async (tx, wake) => {
    if (!(await lockAsset(tx, assetId))) return;
    const asset = await tx.asset.findUniqueOrThrow({
      where: { id: assetId },
      include: { current: true, project: linkProject, generations: { where: { status: { in: ['queued', 'running'] } }, select: { id: true } } },
    });
    for (const { id } of asset.generations) {
      await refundGeneration(tx, id);
      await cancelPredictions(tx, wake, id, rt.clock.now());
      await addMessages(tx, wake, [clearing({ id, assetId }, rt.clock.now() + GRACE_MS), endedNudge(id, rt.clock.now())]);
      wake(cancelChannel(id));
    }
    const keys = [asset.current?.clipKey, asset.current?.posterKey, asset.posterKey].filter((key) => key != null);
    if (keys.length > 0) {
      await addMessages(tx, wake, forgetIntents(rt, asset, keys[0]!, rt.clock.now()));
      // Named by what is deleted: the same asset may be made again, and deleted again.
      await addMessage(tx, wake, `delete/${keys[0]}`, { kind: 'objects.delete', keys: [...new Set(keys)] }, rt.clock.now() + GRACE_MS);
    }
    await tx.asset.delete({ where: { id: assetId } });
    wake(assetChannel(assetId));
  });
}
