/** Taking runs: under a lease, with a fencing token that grows with each claim. */
import type { PrismaClient } from '../../../lib/generated/prisma/client';

export interface ClaimedRun {
  id: string;
  function_id: string;
  event: string;
  event_seq: number;
  fence: number;
  attempt: number;
  retry_at: number | null;
  takeovers: number;
  /** True when it just left the queue: it has no steps yet. */
  fresh: boolean;
  /** Its limits have room for more than one: the next in line may follow. */
  roomy: boolean | null;
}

export interface StepRow {
  id: string;
  op: string;
  name: string;
  status: 'planned' | 'sleeping' | 'waiting' | 'invoked' | 'done' | 'failed';
  attempt: number;
  due_at: number | null;
  data: string | null;
  error: string | null;
  wait_event?: string | null;
  wait_if?: string | null;
}

const CLAIMED = `r.id, r.function_id, r.event, r.event_seq::float8 AS event_seq, r.fence, r.attempt, r.retry_at::float8 AS retry_at, r.takeovers, (r.limit1 > 1 OR r.limit2 > 1) AS roomy`;

/** Started runs that are due, or whose owner's lease ran out. They hold their slots already. */
const RESUME = `WITH pick AS (
  SELECT id FROM engine_runs WHERE status = 'running' AND wake_at <= $1::bigint AND (lease_until IS NULL OR lease_until <= $1::bigint)
    AND function_id IN (SELECT json_array_elements_text($2::text::json)) AND id NOT IN (SELECT json_array_elements_text($6::text::json))
  ORDER BY wake_at LIMIT $3::int FOR UPDATE SKIP LOCKED
)
UPDATE engine_runs r SET lease_owner = $4, lease_until = $5::bigint, fence = r.fence + 1, dirty = false,
  takeovers = r.takeovers + CASE WHEN r.lease_owner IS NULL THEN 0 ELSE 1 END
FROM pick WHERE r.id = pick.id RETURNING ${CLAIMED}, false AS fresh`;

/**
 * Queued runs whose limits have room, oldest first. Only the head of each key may be taken, which keeps a key in
 * order and makes at most one admission a key in one statement; the unique slots settle what two processes try at once.
 */
const freeSlot = (n: 1 | 2): string => `LEFT JOIN LATERAL (SELECT min(g) AS n FROM generate_series(0, q.limit${n} - 1) g
    WHERE NOT EXISTS (SELECT 1 FROM engine_runs o WHERE o.slot${n} = q.limit_key${n} || '#' || g)) s${n} ON true`;
const isHead = (n: 1 | 2): string => `(q.limit_key${n} IS NULL OR (s${n}.n IS NOT NULL AND NOT EXISTS (SELECT 1 FROM engine_runs o
    WHERE o.limit_key${n} = q.limit_key${n} AND o.status = 'queued' AND (o.queue_at, o.seq) < (q.queue_at, q.seq))))`;
const ADMIT = `WITH pick AS (
  SELECT q.id, s1.n AS n1, s2.n AS n2 FROM engine_runs q ${freeSlot(1)} ${freeSlot(2)}
  WHERE q.status = 'queued' AND q.function_id IN (SELECT json_array_elements_text($2::text::json)) AND ${isHead(1)} AND ${isHead(2)}
  ORDER BY q.queue_at, q.seq LIMIT $3::int FOR UPDATE OF q SKIP LOCKED
)
UPDATE engine_runs r SET status = 'running', started_at = $1::bigint, wake_at = $1::bigint, lease_owner = $4, lease_until = $5::bigint,
  fence = r.fence + 1, dirty = false, slot1 = r.limit_key1 || '#' || pick.n1, slot2 = r.limit_key2 || '#' || pick.n2
FROM pick WHERE r.id = pick.id RETURNING ${CLAIMED}, true AS fresh`;

export interface ClaimOptions {
  now: number;
  functionIds: string;
  limit: number;
  owner: string;
  leaseUntil: number;
}

/** `held` are the runs this process is at: after a stall their lease may have run out, and they must not run twice here. */
export async function resumeRuns(db: PrismaClient, o: ClaimOptions, held: string[]): Promise<ClaimedRun[]> {
  return db.$queryRawUnsafe(RESUME, String(o.now), o.functionIds, o.limit, o.owner, String(o.leaseUntil), JSON.stringify(held));
}

/** @throws on a lost race for a slot (unique violation): nothing was taken, try again. */
export async function admitRuns(db: PrismaClient, o: ClaimOptions): Promise<ClaimedRun[]> {
  return db.$queryRawUnsafe(ADMIT, String(o.now), o.functionIds, o.limit, o.owner, String(o.leaseUntil));
}

/** A run's steps in the order they completed. Read after the claim, in a statement of its own, or a result that arrives between is missed. */
export async function loadSteps(db: PrismaClient, runId: string): Promise<StepRow[]> {
  return db.$queryRawUnsafe(
    `SELECT id, op, name, status, attempt, due_at::float8 AS due_at, data, error, wait_event, wait_if FROM engine_steps WHERE run_id = $1 ORDER BY done_seq`,
    runId,
  );
}

/** Takes note that something from outside reached the run. False when the lease is lost. */
export async function clearDirty(db: PrismaClient, runId: string, fence: number): Promise<boolean> {
  const rows: unknown[] = await db.$queryRawUnsafe(
    `UPDATE engine_runs SET dirty = false WHERE id = $1 AND fence = $2::int AND status = 'running' RETURNING id`,
    runId,
    fence,
  );
  return rows.length > 0;
}

/** Renews leases; answers those still held. */
export async function heartbeat(db: PrismaClient, held: { id: string; fence: number }[], leaseUntil: number): Promise<{ id: string; dirty: boolean }[]> {
  return db.$queryRawUnsafe(
    `UPDATE engine_runs r SET lease_until = $2::bigint FROM json_to_recordset($1::text::json) AS x(id text, fence int)
     WHERE r.id = x.id AND r.fence = x.fence AND r.status = 'running' AND r.lease_owner IS NOT NULL RETURNING r.id, r.dirty`,
    JSON.stringify(held),
    String(leaseUntil),
  );
}

/** Gives up leases and raises the fence, so that what is still in flight cannot commit. */
export async function freeLeases(db: PrismaClient, now: number, which: { owner: string } | { notOwner: string }): Promise<void> {
  const mine = 'owner' in which;
  await db.$executeRawUnsafe(
    `UPDATE engine_runs SET lease_owner = NULL, lease_until = NULL, wake_at = $2::bigint, fence = fence + 1, takeovers = takeovers + ${mine ? 0 : 1}
     WHERE status = 'running' AND lease_owner IS NOT NULL AND lease_owner ${mine ? '=' : '<>'} $1`,
    mine ? which.owner : which.notOwner,
    String(now),
  );
}

/** Unfinished runs of functions this process does not serve: nobody here will take them. */
export async function findOrphans(db: PrismaClient, functionIds: string): Promise<{ function_id: string; runs: number }[]> {
  return db.$queryRawUnsafe(
    `SELECT function_id, count(*)::int AS runs FROM engine_runs WHERE status IN ('queued', 'running')
     AND function_id NOT IN (SELECT json_array_elements_text($1::text::json)) GROUP BY function_id`,
    functionIds,
  );
}
