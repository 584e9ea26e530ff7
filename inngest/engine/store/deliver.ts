/** What an event does to runs that already exist: ends waits, cancels. Runs after the event is committed, and again if a crash came between. */
import type { PrismaClient } from '../../../lib/generated/prisma/client';

export interface Wait {
  run_id: string;
  step_id: string;
  wait_event: string;
  wait_if: string | null;
  due_at: number | null;
  /** The run's own event, `event` in the expression. */
  event: string;
}

/** Open waits for these events. When there are none and nothing else is to be done (`last`), the events count as delivered. */
export async function findWaits(db: PrismaClient, names: string[], seqs: number[], last: boolean): Promise<Wait[]> {
  return db.$queryRawUnsafe(
    `WITH waits AS (
       SELECT s.run_id, s.id AS step_id, s.wait_event, s.wait_if, s.due_at::float8 AS due_at, r.event FROM engine_steps s JOIN engine_runs r ON r.id = s.run_id
       WHERE s.status = 'waiting' AND r.status = 'running' AND s.wait_event IN (SELECT json_array_elements_text($1::text::json))
     ), marked AS (
       UPDATE engine_events SET dispatched = true
       WHERE $3::boolean AND NOT EXISTS (SELECT 1 FROM waits) AND seq IN (SELECT value::bigint FROM json_array_elements_text($2::text::json))
     ) SELECT * FROM waits`,
    JSON.stringify(names),
    JSON.stringify(seqs),
    last,
  );
}

export interface WaitMatch {
  run_id: string;
  step_id: string;
  payload: string;
  seq: number;
}

/** Ends waits that are still open, once each; answers the runs to look at. */
export async function resolveWaits(db: PrismaClient, matches: WaitMatch[], now: number): Promise<string[]> {
  if (matches.length === 0) return [];
  const rows: { id: string }[] = await db.$queryRawUnsafe(
    // Runs are locked before steps, as a commit does: the other order would deadlock with it.
    `WITH locked AS (
       SELECT r.id FROM engine_runs r WHERE r.status = 'running' AND r.id IN (SELECT run_id FROM json_to_recordset($1::text::json) AS x(run_id text))
       ORDER BY r.id FOR UPDATE
     ), st AS (
       UPDATE engine_steps s SET status = 'done', data = x.payload, event_seq = x.seq, due_at = NULL, done_seq = nextval('engine_steps_done_seq_seq')
       FROM json_to_recordset($1::text::json) AS x(run_id text, step_id text, payload text, seq bigint) JOIN locked l ON l.id = x.run_id
       WHERE s.run_id = x.run_id AND s.id = x.step_id AND s.status = 'waiting' RETURNING s.run_id
     ) UPDATE engine_runs r SET dirty = true, wake_at = $2::bigint WHERE r.id IN (SELECT run_id FROM st) AND r.status = 'running' RETURNING r.id`,
    JSON.stringify(matches),
    String(now),
  );
  return rows.map((row) => row.id);
}

/**
 * Events a wait may have missed because they came before it was registered: received since the run began, and later
 * than what an earlier wait of this run on the same name took (a loop of waits must not be fed one event twice).
 */
export async function eventsBefore(db: PrismaClient, runId: string, name: string): Promise<{ payload: string; seq: number }[]> {
  return db.$queryRawUnsafe(
    `SELECT e.payload, e.seq::float8 AS seq FROM engine_events e JOIN engine_runs r ON r.id = $1
     WHERE e.name = $2 AND e.seq > r.event_seq AND e.received_at >= r.created_at
       AND e.seq > coalesce((SELECT max(s.event_seq) FROM engine_steps s WHERE s.run_id = $1 AND s.wait_event = $2), 0)
     ORDER BY e.seq LIMIT 200`,
    runId,
    name,
  );
}

export interface LiveRun {
  id: string;
  function_id: string;
  event: string;
  created_at: number;
}

export async function findLiveRuns(db: PrismaClient, functionIds: string[], notAfter: number): Promise<LiveRun[]> {
  return db.$queryRawUnsafe(
    `SELECT id, function_id, event, created_at::float8 AS created_at FROM engine_runs
     WHERE status IN ('queued', 'running') AND created_at <= $2::bigint AND function_id IN (SELECT json_array_elements_text($1::text::json))`,
    JSON.stringify(functionIds),
    String(notAfter),
  );
}

export async function findRuns(db: PrismaClient, ids: string[]): Promise<LiveRun[]> {
  return db.$queryRawUnsafe(
    `SELECT id, function_id, event, created_at::float8 AS created_at FROM engine_runs
     WHERE status IN ('queued', 'running') AND id IN (SELECT json_array_elements_text($1::text::json))`,
    JSON.stringify(ids),
  );
}

/** Runs past `timeouts.start` or `timeouts.finish`. */
export async function findOverdue(db: PrismaClient, now: number): Promise<LiveRun[]> {
  return db.$queryRawUnsafe(
    `SELECT id, function_id, event, created_at::float8 AS created_at FROM engine_runs
     WHERE (status = 'queued' AND start_by <= $1::bigint) OR (status = 'running' AND started_at + finish_within <= $1::bigint)`,
    String(now),
  );
}

export interface Undispatched {
  seq: number;
  name: string;
  payload: string;
  received_at: number;
}

/** Committed events nobody delivered, because the process that took them died in between. */
export async function findUndispatched(db: PrismaClient, receivedBefore: number): Promise<Undispatched[]> {
  return db.$queryRawUnsafe(
    `SELECT seq::float8 AS seq, name, payload, received_at::float8 AS received_at FROM engine_events
     WHERE dispatched = false AND received_at <= $1::bigint ORDER BY seq LIMIT 100`,
    String(receivedBefore),
  );
}

export async function markDispatched(db: PrismaClient, seqs: number[]): Promise<void> {
  await db.$executeRawUnsafe(
    `UPDATE engine_events SET dispatched = true WHERE seq IN (SELECT value::bigint FROM json_array_elements_text($1::text::json))`,
    JSON.stringify(seqs),
  );
}
