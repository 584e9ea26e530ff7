import { lockAsset } from '../assets/lock-asset';
import { transaction } from '../database/transaction';
import type { Runtime } from '../runtime';
import { dispatch } from './dispatch-next';

/** How long the pipeline may be silent about a generation; doubled with each hand-over. */
const SILENT_MS = 60_000;

interface Silent {
  id: string;
  asset_id: string;
  dispatches: number;
}

/**
 * Hands generations over again of which nothing has been heard: the dispatch was lost, or the engine lost the run. One
 * that was only slow is not harmed: a second run waits for the first (concurrency key), finds it ended, and stops.
 * @returns how many.
 */
export async function redispatchSilent(rt: Runtime): Promise<number> {
  const now = new Date(rt.clock.now());
  const silent = await rt.db.$queryRaw<Silent[]>`
    SELECT g.id, g.asset_id, g.dispatches FROM generations g
    WHERE g.status IN ('queued', 'running')
      AND coalesce(g.seen_at, g.created_at) <= ${now}::timestamptz - ${SILENT_MS}::int * power(2, least(g.dispatches - 1, 10)) * interval '1 millisecond'
      AND NOT EXISTS (SELECT 1 FROM generations e WHERE e.asset_id = g.asset_id AND e.number < g.number AND e.status IN ('queued', 'running'))
      AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.key = 'dispatch/' || g.id || '/' || g.dispatches)
    ORDER BY g.created_at LIMIT 500`;
  for (const one of silent) {
    await transaction(rt, async (tx, wake) => {
      if (!(await lockAsset(tx, one.asset_id))) return;
      const { count } = await tx.generation.updateMany({
        where: { id: one.id, status: { in: ['queued', 'running'] }, dispatches: one.dispatches },
        data: { dispatches: { increment: 1 } },
      });
      if (count === 1) await dispatch(tx, wake, { id: one.id, assetId: one.asset_id, dispatch: one.dispatches + 1 }, now.getTime());
    });
    rt.log.warn({ generation_id: one.id, dispatch: one.dispatches + 1 }, 'nothing heard of a generation; handed over again');
  }
  return silent.length;
}
