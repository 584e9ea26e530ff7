import { Prisma, type Tx } from '../database/database';
import type { Wake } from '../database/transaction';
import { assetChannel, type EventType, type Stage } from './event-types';

export interface NewEvent {
  generation: { id: string; assetId: string; number: number; requestId: string };
  type: EventType;
  stage?: Stage;
  /** 1 for the first try. */
  attempt?: number;
  latencyMs?: number;
  errorCode?: string;
  errorMsg?: string;
  atMs: number;
}

/**
 * Writes an event with the asset's next sequence number. The asset's row lock orders writers, so numbers become visible
 * in order and a reader with a cursor misses nothing. A step that runs twice writes its event once.
 */
export async function appendEvent(tx: Tx, wake: Wake, event: NewEvent): Promise<void> {
  await tx.$executeRaw`WITH ${eventCtes(event, Prisma.sql`true`)} SELECT 1`;
  wake(assetChannel(event.generation.assetId));
}

/** The CTEs that write an event where `condition` holds, for statements that do more than that. */
export function eventCtes(event: NewEvent, condition: Prisma.Sql): Prisma.Sql {
  const { generation, type, stage = null, attempt = 1 } = event;
  const key = [generation.id, type, stage ?? '', attempt].join('/');
  return Prisma.sql`
    fresh AS (
      UPDATE assets SET event_seq = event_seq + 1
      WHERE id = ${generation.assetId} AND ${condition} AND NOT EXISTS (SELECT 1 FROM asset_events WHERE dedupe_key = ${key})
      RETURNING id, event_seq
    ), told AS (
      INSERT INTO asset_events
        (asset_id, seq, generation_id, generation, type, stage, attempt, request_id, latency_ms, error_code, error_msg, dedupe_key, ts)
      SELECT id, event_seq, ${generation.id}, ${generation.number}::int, ${type}, ${stage}, ${attempt}::int, ${generation.requestId},
        ${event.latencyMs === undefined ? null : Math.round(event.latencyMs)}::int, ${event.errorCode ?? null},
        ${event.errorMsg ?? null}, ${key}, ${new Date(event.atMs)}
      FROM fresh RETURNING seq
    )`;
}
