import { cacheTag } from '../delivery/embed-headers';
import type { Intent } from '../outbox/add-message';
import type { Edge } from './edge';
import { type EmbedAsset, embedUrls } from './embed-urls';

/** For the transaction of a switch: the purge now, and each later one the edge needs. None without an edge. */
export function switchIntents(edge: Edge | null, { id, assetId }: { id: string; assetId: string }, nowMs: number): Intent[] {
  if (!edge) return [];
  const ref = { assetId, generationId: id };
  return [
    { key: `purge/${id}`, message: { kind: 'edge.purge', ...ref }, availableAtMs: nowMs },
    ...edge.again.map(({ afterMs, tag }): Intent => ({ key: `purge/${id}/${afterMs}`, message: { kind: 'edge.settle', ...ref, tag }, availableAtMs: nowMs + afterMs })),
  ];
}

/** For the transaction that deletes an asset, whose URLs nobody can tell afterwards. `name` is of this deletion alone. */
export function forgetIntents(edge: Edge | null, asset: EmbedAsset & { id: string }, name: string, nowMs: number): Intent[] {
  if (!edge) return [];
  const paths = embedUrls(asset, '').map(({ path }) => path);
  const lastMs = Math.max(...edge.again.map(({ afterMs }) => afterMs));
  return [0, lastMs].map((afterMs) => ({
    key: `forget/${name}/${afterMs}`,
    message: { kind: 'edge.forget', paths, tag: cacheTag(asset.id) },
    availableAtMs: nowMs + afterMs,
  }));
}
