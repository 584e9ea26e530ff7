import type { Tx } from '../database/database';
import type { Runtime } from '../runtime';

/** Used until this server has finished a first generation of the kind. */
const UNMEASURED_MS = 8_000;
const SAMPLE = 50;
const KEPT_MS = 30_000;

interface Kind {
  model: string;
  mode: string;
}

const memory = new WeakMap<Runtime, Map<string, { atMs: number; medianMs: number }>>();

/** The median of the newest runs of this model and pipeline on this server, start to finish, in ms. */
export async function medianRunMs(rt: Runtime, tx: Tx, { model, mode }: Kind): Promise<number> {
  let known = memory.get(rt);
  if (!known) memory.set(rt, (known = new Map()));
  const key = `${model}/${mode}`;
  const fresh = known.get(key);
  const nowMs = rt.clock.now();
  if (fresh && nowMs - fresh.atMs < KEPT_MS) return fresh.medianMs;
  const rows = await tx.$queryRaw<Array<{ median: number | null }>>`
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) AS median FROM (
      SELECT extract(epoch FROM finished_at - started_at)::float8 * 1000 AS ms FROM generations
      WHERE model = ${model} AND (mode = 'loop') = ${mode === 'loop'} AND status = 'succeeded'
      ORDER BY finished_at DESC LIMIT ${SAMPLE}) AS newest`;
  const medianMs = rows[0]?.median ?? null;
  if (medianMs === null) return UNMEASURED_MS;
  known.set(key, { atMs: nowMs, medianMs });
  return medianMs;
}

/** Whole seconds (at least 1) until a generation accepted now is ready, behind those already waiting for its asset. */
export async function estimateEta(rt: Runtime, tx: Tx, generation: Kind & { assetId: string; number: number }): Promise<number> {
  const medianMs = await medianRunMs(rt, tx, generation);
  const ahead = await tx.generation.count({
    where: { assetId: generation.assetId, status: { in: ['queued', 'running'] }, number: { lt: generation.number } },
  });
  return Math.max(1, Math.round((medianMs * (1 + ahead)) / 1000));
}

/** What is left of a run that began at `startedAtMs` (null: it waits), in ms, at least half a second. */
export async function remainingMs(rt: Runtime, tx: Tx, run: Kind & { startedAt: Date | null }): Promise<number> {
  const elapsed = run.startedAt ? rt.clock.now() - run.startedAt.getTime() : 0;
  return Math.max(500, (await medianRunMs(rt, tx, run)) - elapsed);
}
