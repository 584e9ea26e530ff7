import type { Runtime } from '../runtime';
import { cancelChannel } from './cancel-signal';
import { endGeneration } from './end-generation';

/** A whole generation's limit (spec 3). */
export const GENERATION_LIMIT_MS = 10 * 60_000;

/**
 * Gives up on runs that began longer ago than the limit: whatever became of them, the unit goes back and the next in
 * line runs. @returns how many.
 */
export async function endStalled(rt: Runtime): Promise<number> {
  const before = new Date(rt.clock.now() - GENERATION_LIMIT_MS);
  const stalled = await rt.db.generation.findMany({ where: { status: 'running', startedAt: { lte: before } }, select: { id: true } });
  for (const { id } of stalled) {
    await endGeneration(rt, id, { status: 'failed', code: 'pipeline_stalled', message: 'not done within 10 minutes' });
    rt.bus.publish(cancelChannel(id));
  }
  return stalled.length;
}
