/** Cron state and retention. */
import type { PrismaClient } from '../../../lib/generated/prisma/client';
import { dayMs } from './ingest';

export interface CronRow {
  function_id: string;
  cron: string;
  next_at: number;
}

/** Keeps exactly the given schedules; one that is already there keeps its next time. */
export async function syncCrons(db: PrismaClient, crons: CronRow[]): Promise<void> {
  const functions = JSON.stringify(crons);
  await db.$executeRawUnsafe(
    `INSERT INTO engine_crons (function_id, cron, next_at)
     SELECT function_id, cron, next_at FROM json_to_recordset($1::text::json) AS x(function_id text, cron text, next_at bigint) ON CONFLICT DO NOTHING`,
    functions,
  );
  await db.$executeRawUnsafe(
    `DELETE FROM engine_crons c WHERE NOT EXISTS (SELECT 1 FROM json_to_recordset($1::text::json) AS x(function_id text, cron text)
       WHERE x.function_id = c.function_id AND x.cron = c.cron)`,
    functions,
  );
}

export async function dueCrons(db: PrismaClient, now: number): Promise<CronRow[]> {
  return db.$queryRawUnsafe(`SELECT function_id, cron, next_at::float8 AS next_at FROM engine_crons WHERE next_at <= $1::bigint`, String(now));
}

export async function advanceCron(db: PrismaClient, row: CronRow, next: number): Promise<void> {
  await db.$executeRawUnsafe(
    `UPDATE engine_crons SET next_at = $4::bigint WHERE function_id = $1 AND cron = $2 AND next_at = $3::bigint`,
    row.function_id,
    row.cron,
    String(row.next_at),
    String(next),
  );
}

/** Deletes what is past its time, some at once, so that no statement is long. */
export async function sweep(db: PrismaClient, now: number, retentionMs: number): Promise<void> {
  await db.$executeRawUnsafe(
    `DELETE FROM engine_runs WHERE id IN (SELECT id FROM engine_runs WHERE finished_at <= $1::bigint LIMIT 500)`,
    String(now - retentionMs),
  );
  await db.$executeRawUnsafe(
    `DELETE FROM engine_events WHERE seq IN (SELECT seq FROM engine_events WHERE dispatched AND received_at <= $1::bigint LIMIT 500)`,
    String(now - dayMs - 3_600_000),
  );
  await db.$executeRawUnsafe(`DELETE FROM engine_idempotency WHERE expires_at <= $1::bigint`, String(now));
}
