/** What a run's owner writes, each in one statement that first proves the fencing token. */
import type { PrismaClient } from '../../../lib/generated/prisma/client';
import { ingestCtes, type NewEvent, type NewRun } from './ingest';
import type { StepRow } from './claim';

export type StepWrite = StepRow;

export interface Commit {
  runId: string;
  fence: number;
  now: number;
  attempt: number;
  retryAt: number | null;
  steps: StepWrite[];
  /** Keep the lease until then; undefined gives the run back, to be looked at again at `wakeAt`. */
  leaseUntil?: number;
  wakeAt: number | null;
  /** Runs invoked by these steps. */
  events: NewEvent[];
  runs: NewRun[];
}

const COMMIT = (withRuns: boolean): string => `WITH own AS (
  UPDATE engine_runs SET attempt = $3::int, retry_at = $4::bigint, takeovers = 0,
    lease_owner = CASE WHEN $5::bigint IS NULL THEN NULL ELSE lease_owner END, lease_until = $5::bigint,
    wake_at = CASE WHEN $5::bigint IS NOT NULL THEN wake_at WHEN dirty THEN $6::bigint ELSE $7::bigint END,
    dirty = CASE WHEN $5::bigint IS NULL THEN false ELSE dirty END
  WHERE id = $1 AND fence = $2::int AND status = 'running' AND lease_owner IS NOT NULL RETURNING dirty, wake_at
), st AS (
  INSERT INTO engine_steps (run_id, id, op, name, status, attempt, due_at, wait_event, wait_if, data, error, created_at)
  SELECT $1, x.id, x.op, x.name, x.status, x.attempt, x.due_at, x.wait_event, x.wait_if, x.data, x.error, $6::bigint
  FROM json_to_recordset($8::text::json) AS x(id text, op text, name text, status text, attempt int, due_at bigint, wait_event text, wait_if text, data text, error text)
  WHERE EXISTS (SELECT 1 FROM own)
  ON CONFLICT (run_id, id) DO UPDATE SET status = EXCLUDED.status, attempt = EXCLUDED.attempt, due_at = EXCLUDED.due_at, data = EXCLUDED.data,
    error = EXCLUDED.error, done_seq = EXCLUDED.done_seq WHERE engine_steps.status NOT IN ('done', 'failed')
  RETURNING id
)${withRuns ? `, ${ingestCtes('$9', '$10', '$6', 'EXISTS (SELECT 1 FROM own)')}` : ''}
SELECT dirty, wake_at::float8 AS wake_at, (SELECT count(*) FROM st)::int AS written FROM own`;
const COMMIT_STEPS = COMMIT(false);
const COMMIT_STEPS_AND_RUNS = COMMIT(true);

/** Undefined when the lease was lost: another process owns the run now, or it has ended. */
export async function commitSteps(db: PrismaClient, c: Commit): Promise<{ dirty: boolean; wake_at: number | null; written: number } | undefined> {
  const params = [c.runId, c.fence, c.attempt, str(c.retryAt), str(c.leaseUntil), String(c.now), str(c.wakeAt), JSON.stringify(c.steps)];
  const rows: { dirty: boolean; wake_at: number | null; written: number }[] =
    c.runs.length > 0
      ? await db.$queryRawUnsafe(COMMIT_STEPS_AND_RUNS, ...params, JSON.stringify(c.events), JSON.stringify(c.runs))
      : await db.$queryRawUnsafe(COMMIT_STEPS, ...params);
  return rows[0];
}

export interface Finish {
  runId: string;
  /** Null ends the run whoever owns it: cancellation. */
  fence: number | null;
  status: 'completed' | 'failed' | 'cancelled';
  now: number;
  output: string | null;
  error: string | null;
  events: NewEvent[];
  runs: NewRun[];
}

const FINISH = `WITH own AS (
  UPDATE engine_runs SET status = $2, output = $3, error = $4, finished_at = $5::bigint, wake_at = NULL, lease_owner = NULL, lease_until = NULL,
    slot1 = NULL, slot2 = NULL, dirty = false, fence = fence + 1
  WHERE id = $1 AND status IN ('queued', 'running') AND ($6::int IS NULL OR (fence = $6::int AND lease_owner IS NOT NULL))
  RETURNING parent_run_id, parent_step_id
), parent_locked AS (
  SELECT r.id FROM engine_runs r JOIN own ON own.parent_run_id = r.id FOR UPDATE OF r
), parent_step AS (
  UPDATE engine_steps s SET status = CASE WHEN $2 = 'completed' THEN 'done' ELSE 'failed' END, data = $3,
    error = CASE WHEN $2 = 'completed' THEN NULL ELSE $4 END, done_seq = nextval('engine_steps_done_seq_seq'), due_at = NULL
  FROM own JOIN parent_locked l ON l.id = own.parent_run_id WHERE s.run_id = own.parent_run_id AND s.id = own.parent_step_id AND s.status = 'invoked' RETURNING s.run_id
), parent AS (
  UPDATE engine_runs r SET dirty = true, wake_at = $5::bigint FROM parent_step p WHERE r.id = p.run_id AND r.status = 'running' RETURNING r.id
), ${ingestCtes('$7', '$8', '$5', 'EXISTS (SELECT 1 FROM own)')}
SELECT (SELECT id FROM parent LIMIT 1) AS parent, (SELECT json_agg(json_build_object('id', id, 'seq', seq))::text FROM new_events) AS events FROM own`;

/** Ends a run, frees its slots, answers whoever invoked it and emits its lifecycle events. Undefined when it was not ours to end. */
export async function finishRun(db: PrismaClient, f: Finish): Promise<{ parent: string | null; events: string | null } | undefined> {
  const rows: { parent: string | null; events: string | null }[] = await db.$queryRawUnsafe(
    FINISH,
    f.runId,
    f.status,
    f.output,
    f.error,
    String(f.now),
    f.fence,
    JSON.stringify(f.events),
    JSON.stringify(f.runs),
  );
  return rows[0];
}

const str = (n: number | null | undefined): string | null => (n === null || n === undefined ? null : String(Math.round(n)));
