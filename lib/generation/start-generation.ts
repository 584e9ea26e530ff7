import type { Aspect, Mode, MotionLevel } from '../assets/params';
import type { Runtime } from '../runtime';

/** What the pipeline's steps need to know; small enough to be a step's output. */
export interface StartedGeneration {
  id: string;
  assetId: string;
  number: number;
  requestId: string;
  startedAtMs: number;
  src: string;
  motion: MotionLevel;
  mode: Mode;
  durSeconds: number;
  aspect: Aspect;
  seed: number;
  model: string;
  /** Stands instead of the vision prompt. */
  prompt: { text: string; source: 'override' | 'asset' } | null;
}

interface Row {
  number: number;
  request_id: string;
  started_at: Date;
  src: string;
  motion: MotionLevel;
  mode: Mode;
  dur_seconds: number;
  aspect: Aspect;
  seed: number;
  model: string;
  prompt_override: string | null;
  own_prompt: string | null;
}

/**
 * Marks a waiting generation as running and settles its parameters: what the caller left out is the asset's value of
 * now, after the runs before it. A seed drawn at acceptance stays; one pinned since then wins over it. Safe to call again
 * for a running one, whose parameters are settled.
 * @returns null when the generation has ended (cancelled) or is gone.
 */
export async function startGeneration(rt: Pick<Runtime, 'db' | 'clock'>, { id, assetId }: { id: string; assetId: string }): Promise<StartedGeneration | null> {
  const now = new Date(rt.clock.now());
  const [row] = await rt.db.$queryRaw<Row[]>`
    WITH own AS (
      SELECT g.id, coalesce(g.given ->> 'motion', a.motion) AS motion, coalesce(g.given ->> 'mode', a.mode) AS mode,
        coalesce((g.given ->> 'dur_seconds')::int, a.dur_seconds) AS dur_seconds,
        CASE WHEN g.given ? 'seed' THEN g.seed ELSE coalesce(a.seed, g.seed) END AS seed, a.src, a.prompt AS own_prompt
      FROM generations g JOIN assets a ON a.id = g.asset_id
      WHERE g.id = ${id} AND a.id = ${assetId} AND g.status IN ('queued', 'running') FOR UPDATE OF a, g
    )
    UPDATE generations g SET
      status = 'running', started_at = coalesce(g.started_at, ${now}), seen_at = ${now},
      motion = CASE WHEN g.status = 'queued' THEN own.motion ELSE g.motion END,
      mode = CASE WHEN g.status = 'queued' THEN own.mode ELSE g.mode END,
      dur_seconds = CASE WHEN g.status = 'queued' THEN own.dur_seconds ELSE g.dur_seconds END,
      seed = CASE WHEN g.status = 'queued' THEN own.seed ELSE g.seed END
    FROM own WHERE g.id = own.id
    RETURNING g.number, g.request_id, g.started_at, own.src, g.motion, g.mode, g.dur_seconds, g.aspect, g.seed, g.model, g.prompt_override, own.own_prompt`;
  if (!row) return null;
  return {
    id,
    assetId,
    number: row.number,
    requestId: row.request_id,
    startedAtMs: new Date(row.started_at).getTime(),
    src: row.src,
    motion: row.motion,
    mode: row.mode,
    durSeconds: row.dur_seconds,
    aspect: row.aspect,
    seed: row.seed,
    model: row.model,
    prompt: standingPrompt(row.prompt_override, row.own_prompt),
  };
}

function standingPrompt(override: string | null, own: string | null): StartedGeneration['prompt'] {
  if (override !== null) return { text: override, source: 'override' };
  return own === null ? null : { text: own, source: 'asset' };
}
