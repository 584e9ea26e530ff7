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
  | { kind: 'edge.purge-project'; projectId: string }
  | { kind: 'edge.settle'; assetId: string; generationId: string; tag: boolean }
  | { kind: 'edge.forget'; paths: string[]; tag: string }
  | { kind: 'objects.delete'; keys: string[] };

export interface Intent {
  /** Deterministic: the same intent written twice is one message. */
  key: string;
  message: Message;
  availableAtMs: number;
}

/** Writes an intent into the transaction of the change that causes it. */
export const addMessage = (tx: Tx, wake: Wake, key: string, message: Message, availableAtMs: number) => addMessages(tx, wake, [{ key, message, availableAtMs }]);

/** Writes several, in one statement. */
export async function addMessages(tx: Tx, wake: Wake, intents: Intent[]): Promise<void> {
  const rows = intents.map(({ key, message: { kind, ...payload }, availableAtMs }) => ({ key, kind, payload, available_at: new Date(availableAtMs) }));
  await tx.$executeRaw`
    INSERT INTO outbox (key, kind, payload, available_at)
    SELECT key, kind, payload, available_at FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS x(key text, kind text, payload jsonb, available_at timestamptz)
    ON CONFLICT (key) DO NOTHING`;
  wake(OUTBOX_CHANNEL);
}
