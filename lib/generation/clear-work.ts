import type { Tx } from '../database/database';
import type { Wake } from '../database/transaction';
import { addMessage } from '../outbox/add-message';
import type { Runtime } from '../runtime';
import { clipKey, posterKey, workKeys } from './work-keys';

type Ref = { id: string; assetId: string };

/** Writes the intent to clear a run's objects away, into the transaction that ends it. */
export function clearLater(tx: Tx, wake: Wake, { id, assetId }: Ref, atMs: number): Promise<void> {
  return addMessage(tx, wake, `clear/${id}`, { kind: 'generation.clear', generationId: id, assetId }, atMs);
}

/** Removes what passed between a run's steps, and what it made for an asset that will never show it. */
export async function clearWork(rt: Pick<Runtime, 'db' | 'storage'>, { id, assetId }: Ref): Promise<void> {
  const unused = await unusedKeys(rt, { id, assetId });
  await Promise.all([...workKeys(id), ...unused].map((key) => rt.storage.delete(key)));
}

async function unusedKeys(rt: Pick<Runtime, 'db'>, { id, assetId }: Ref): Promise<string[]> {
  const succeeded = await rt.db.generation.count({ where: { id, status: 'succeeded' } });
  if (succeeded > 0) return [];
  const poster = posterKey(assetId, id);
  // The newest source is shown as the poster until there is a clip.
  const shown = await rt.db.asset.count({ where: { id: assetId, posterKey: poster } });
  return shown > 0 ? [clipKey(assetId, id)] : [clipKey(assetId, id), poster];
}
