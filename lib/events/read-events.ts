import type { Database } from '../database/database';
import type { AssetEvent } from '../generated/prisma/client';

const BATCH = 200;

/** An asset's events after a sequence number, in order, at most a batch. */
export function readEvents(db: Database, assetId: string, afterSeq: number): Promise<AssetEvent[]> {
  return db.assetEvent.findMany({ where: { assetId, seq: { gt: afterSeq } }, orderBy: { seq: 'asc' }, take: BATCH });
}

/** Where a stream without a cursor begins: before the first event of the latest generation. */
export async function latestStart(db: Database, assetId: string): Promise<number> {
  const newest = await db.assetEvent.findFirst({ where: { assetId }, orderBy: { generation: 'desc' }, select: { generation: true } });
  if (!newest) return 0;
  const first = await db.assetEvent.findFirst({
    where: { assetId, generation: newest.generation },
    orderBy: { seq: 'asc' },
    select: { seq: true },
  });
  return (first?.seq ?? 1) - 1;
}

/** The `data` of an event's frame (reference, section 13). */
export function eventData(event: AssetEvent): Record<string, unknown> {
  return {
    asset_id: event.assetId,
    generation: event.generation,
    generation_id: event.generationId,
    stage: event.stage ?? undefined,
    attempt: event.attempt,
    latency_ms: event.latencyMs ?? undefined,
    error_code: event.errorCode ?? undefined,
    error_msg: event.errorMsg ?? undefined,
    request_id: event.requestId,
    ts: event.ts.getTime(),
  };
}
