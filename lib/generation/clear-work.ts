import type { Intent } from '../outbox/add-message';
import type { Runtime } from '../runtime';
import { clipKey, posterKey, workKeys } from './work-keys';

type Ref = { id: string; assetId: string };

/** The intent to clear a run's objects away, for the transaction that ends it without a clip. */
export const clearing = ({ id, assetId }: Ref, atMs: number): Intent => ({
  key: `clear/${id}`,
  message: { kind: 'generation.clear', generationId: id, assetId },
  availableAtMs: atMs,
});

/**
 * The intents to clear away what passed between a successful run's steps: now, and once more when no other run of the
 * same generation (one that was taken for dead) can be writing any more. Its clip is none of their business, so that
 * they do no harm when the asset is deleted meanwhile.
 */
export const clearingWork = (id: string, nowMs: number, graceMs: number): Intent[] => [
  { key: `clear/${id}`, message: { kind: 'objects.delete', keys: workKeys(id) }, availableAtMs: nowMs },
  { key: `clear/${id}/late`, message: { kind: 'objects.delete', keys: workKeys(id) }, availableAtMs: nowMs + graceMs },
];

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
