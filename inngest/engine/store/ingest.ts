/** Events in, and the runs they start: one statement, so that neither exists without the other. */
import type { PrismaClient } from '../../../lib/generated/prisma/client';

export interface NewEvent {
  id: string;
  name: string;
  /** Canonical JSON of the whole event. */
  payload: string;
}

export interface NewRun {
  id: string;
  function_id: string;
  /** The event that starts it; a run whose event turns out to be a duplicate is not made. */
  event_id: string;
  event: string;
  created_at: number;
  queue_at: number;
  limit_key1: string | null;
  limit1: number | null;
  limit_key2: string | null;
  limit2: number | null;
  start_by: number | null;
  finish_within: number | null;
  idempotency_key: string | null;
  parent_run_id: string | null;
  parent_step_id: string | null;
}

export const dayMs = 86_400_000;

/**
 * The CTEs that insert events ($a: JSON) and runs ($b: JSON) at time $c, if `condition` holds. An id seen within
 * 24 hours inserts neither the event nor its runs; an older one is used again.
 */
export function ingestCtes(a: string, b: string, c: string, condition: string): string {
  return `
  new_events AS (
    INSERT INTO engine_events (id, name, payload, received_at)
    SELECT id, name, payload, ${c}::bigint FROM json_to_recordset(${a}::text::json) AS x(id text, name text, payload text) WHERE ${condition}
    ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, payload = EXCLUDED.payload, received_at = EXCLUDED.received_at, dispatched = false,
      seq = nextval('engine_events_seq_seq') WHERE engine_events.received_at <= ${c}::bigint - ${dayMs}
    RETURNING id, seq
  ), wanted AS (
    SELECT x.*, e.seq AS event_seq FROM json_to_recordset(${b}::text::json) AS x(id text, function_id text, event_id text, event text, created_at bigint,
      queue_at bigint, limit_key1 text, limit1 int, limit_key2 text, limit2 int, start_by bigint, finish_within bigint, idempotency_key text,
      parent_run_id text, parent_step_id text)
    JOIN new_events e ON e.id = x.event_id
  ), fresh_keys AS (
    INSERT INTO engine_idempotency (function_id, key, expires_at)
    SELECT DISTINCT function_id, idempotency_key, ${c}::bigint + ${dayMs} FROM wanted WHERE idempotency_key IS NOT NULL
    ON CONFLICT (function_id, key) DO UPDATE SET expires_at = EXCLUDED.expires_at WHERE engine_idempotency.expires_at <= ${c}::bigint
    RETURNING function_id, key
  ), new_runs AS (
    INSERT INTO engine_runs (id, function_id, status, event, event_seq, created_at, queue_at, limit_key1, limit1, limit_key2, limit2, start_by,
      finish_within, parent_run_id, parent_step_id)
    SELECT w.id, w.function_id, 'queued', w.event, w.event_seq, w.created_at, w.queue_at, w.limit_key1, w.limit1, w.limit_key2, w.limit2, w.start_by,
      w.finish_within, w.parent_run_id, w.parent_step_id
    FROM wanted w WHERE w.idempotency_key IS NULL OR (
      EXISTS (SELECT 1 FROM fresh_keys k WHERE k.function_id = w.function_id AND k.key = w.idempotency_key)
      AND NOT EXISTS (SELECT 1 FROM wanted o WHERE o.function_id = w.function_id AND o.idempotency_key = w.idempotency_key AND o.id < w.id))
    ORDER BY w.event_seq, w.id
    RETURNING id
  )`;
}

const INGEST = `WITH ${ingestCtes('$1', '$2', '$3', 'true')}
SELECT id, seq::float8 AS seq FROM new_events ORDER BY seq`;

/** Inserts; answers the events that were new, in order. */
export async function ingest(db: PrismaClient, events: NewEvent[], runs: NewRun[], now: number): Promise<{ id: string; seq: number }[]> {
  return db.$queryRawUnsafe(INGEST, JSON.stringify(events), JSON.stringify(runs), String(now));
}
