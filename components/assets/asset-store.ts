import { useCallback, useSyncExternalStore } from 'react';
import { mutate } from 'swr';
import { api, paths } from '../api-client';
import type { Asset, AssetDetail } from '../api-types';

/**
 * The last seen state of every asset, whichever call brought it: lists, cards, dialogs and pages show the same.
 * `null` stands for one that was deleted here.
 */
const assets = new Map<string, Asset | null>();
const listeners = new Set<() => void>();

export function putAssets(seen: Asset[]) {
  for (const asset of seen) if (assets.get(asset.id) !== null) assets.set(asset.id, asset);
  for (const listener of listeners) listener();
}

export function forgetAsset(id: string) {
  assets.set(id, null);
  for (const listener of listeners) listener();
}

export async function fetchAsset(id: string): Promise<AssetDetail> {
  const detail = await api.asset(id);
  putAssets([detail.asset]);
  return detail;
}

/** Reads an asset anew for everyone who shows it or its history. */
export async function refreshAsset(id: string) {
  try {
    await mutate(paths.asset(id), await fetchAsset(id), { revalidate: false });
  } catch {
    // What is shown stays as it is; the next event, poll or focus reads again.
  }
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export function useAsset(id: string): Asset | null | undefined {
  const read = useCallback(() => assets.get(id), [id]);
  return useSyncExternalStore(subscribe, read, () => undefined);
}

/** Those of the ids that were deleted here, joined. */
export const useForgotten = (ids: string[]) =>
  useSyncExternalStore(
    subscribe,
    () => ids.filter((id) => assets.get(id) === null).join(),
    () => '',
  );
