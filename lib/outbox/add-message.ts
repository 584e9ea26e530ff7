import type { Tx } from '../database/database';
import type { Wake } from '../database/transaction';

export const OUTBOX_CHANNEL = 'outbox';

/** What a committed change may ask for. */
export type Message =
  | { kind: 'generation.dispatch'; generationId: string; assetId: string; dispatch: number }
  | { kind: 'generation.nudge'; generationId: string; reason: string }
  | { kind: 'generation.clear'; generationId: string; assetId: string }
  | { kind: 'prediction.cancel'; rowId?: string; replicateId?: string }
  | { kind: 'edge.purge'; assetId: string; generationId: string }
  | { kind: 'objects.delete'; keys: string[] };

/**
 * Writes an intent into the transaction of the change that causes it. `key` is deterministic: the same intent written
 * twice is one message.
 */
export async function addMessage(tx: Tx, wake: Wake, key: string, message: Message, availableAtMs: number): Promise<void> {
  const { kind, ...payload } = message;
  await tx.$executeRaw`
    INSERT INTO outbox (key, kind, payload, available_at)
    VALUES (${key}, ${kind}, ${JSON.stringify(payload)}::jsonb, ${new Date(availableAtMs)})
    ON CONFLICT (key) DO NOTHING`;
  wake(OUTBOX_CHANNEL);
}
