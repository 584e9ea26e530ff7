import { Prisma } from '../database/database';
import { eventCtes, type NewEvent } from '../events/append-event';
import { assetChannel } from '../events/event-types';
import type { Runtime } from '../runtime';

/** What a stage leaves in its generation's row: that it has begun, or how long it took. */
export type StageNote = { begun: string; atMs: number } | { completed: string; latencyMs: number };

/**
 * Notes a stage's beginning or end, with its event where it has one, if the generation still runs: a cancelled one gets
 * no more of either. One statement, because every stage makes two of them.
 * @returns whether it still runs
 */
export async function noteStage(rt: Pick<Runtime, 'db' | 'bus'>, ref: { id: string; assetId: string }, note: StageNote, event: NewEvent | null): Promise<boolean> {
  if (!event) return (await rt.db.$executeRaw`UPDATE generations SET ${changes(note)} WHERE id = ${ref.id} AND status = 'running'`) > 0;
  const noted = await unlessTwice(() => rt.db.$queryRaw<unknown[]>`
    WITH own AS (
      SELECT g.id FROM assets a JOIN generations g ON g.asset_id = a.id WHERE g.id = ${ref.id} AND g.status = 'running' FOR UPDATE OF a, g
    ), noted AS (
      UPDATE generations SET ${changes(note)} WHERE id IN (SELECT id FROM own)
    ), ${eventCtes(event, Prisma.sql`EXISTS (SELECT 1 FROM own)`)}
    SELECT id FROM own`);
  if (noted.length > 0) rt.bus.publish(assetChannel(ref.assetId));
  return noted.length > 0;
}

function changes(note: StageNote): Prisma.Sql {
  if ('begun' in note) return Prisma.sql`stage = ${note.begun}, seen_at = ${new Date(note.atMs)}`;
  return Prisma.sql`timings = timings || jsonb_build_object(${note.completed}::text, ${Math.round(note.latencyMs)}::int)`;
}

/**
 * One statement sees the rows of when it began. If somebody else told the same event while it waited for the asset's row,
 * it meets that event's key (23505) and changes nothing; a second look sees it.
 */
async function unlessTwice<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!/23505|unique constraint/i.test((error as Error).message)) throw error;
    return write();
  }
}
