import { ApiError } from '../http/errors';
import { endGeneration } from '../generation/end-generation';
import { cancelChannel } from '../generation/cancel-signal';
import type { Runtime } from '../runtime';

/**
 * Cancels the asset's run that is under way, or the one that waits. The old clip stays, the unit is given back.
 * @throws ApiError 409 when nothing is in flight.
 */
export async function cancelGeneration(rt: Runtime, assetId: string): Promise<{ asset_id: string; generation_id: string; status: 'cancelled' }> {
  for (;;) {
    const run = await rt.db.generation.findFirst({
      where: { assetId, status: { in: ['queued', 'running'] } },
      orderBy: { number: 'asc' },
      select: { id: true },
    });
    if (!run) throw new ApiError('conflict', 'no generation is in flight');
    const ended = await endGeneration(rt, run.id, { status: 'cancelled' });
    rt.bus.publish(cancelChannel(run.id));
    if (ended) return { asset_id: assetId, generation_id: run.id, status: 'cancelled' };
  }
}
