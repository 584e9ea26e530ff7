import { cacheTag } from '../delivery/embed-headers';
import type { LinkAsset, LinkProject } from '../delivery/embed-link';
import type { Intent } from '../outbox/add-message';
import type { Edge } from './edge';
import type { Runtime } from '../runtime';
import { embedUrls } from './embed-urls';

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
export function forgetIntents(rt: Pick<Runtime, 'edge' | 'secret'>, asset: LinkAsset & { id: string; project: LinkProject }, name: string, nowMs: number): Intent[] {
  const { edge } = rt;
  if (!edge) return [];
  const paths = embedUrls(rt, asset, '').map(({ path }) => path);
  return [0, settledMs(edge)].map((afterMs) => ({
    key: `forget/${name}/${afterMs}`,
    message: { kind: 'edge.forget', paths, tag: cacheTag(asset.id) },
    availableAtMs: nowMs + afterMs,
  }));
}

/**
 * For a transaction that ends who may see what of a project: everything of it is dropped at `atMs` and, for what was on
 * its way then, once more when that has arrived.
 */
export function projectIntents(edge: Edge | null, projectId: string, atMs: number): Intent[] {
  if (!edge) return [];
  return [atMs, atMs + settledMs(edge)].map((timeMs) => ({ key: `purge/${projectId}/${timeMs}`, message: { kind: 'edge.purge-project', projectId }, availableAtMs: timeMs }));
}

/** No answer that the origin gave before can come in at the edge after this. */
const settledMs = (edge: Edge): number => Math.max(...edge.again.map(({ afterMs }) => afterMs));
