'use client';
import { useCallback, useMemo } from 'react';
import useSWRInfinite from 'swr/infinite';
import { api, paths } from '../api-client';
import type { AssetPage } from '../api-types';
import { putAssets, useForgotten } from './asset-store';

async function fetchPage(path: string) {
  const page = await api.assetPage(path);
  putAssets(page.assets);
  return page;
}

/** A project's assets, newest first, page after page. */
export function useAssetPages(projectId: string, status: string) {
  const { data, error, size, setSize, mutate, isLoading, isValidating } = useSWRInfinite<AssetPage>(
    (index: number, previous: AssetPage | null) => {
      if (previous && !previous.next_cursor) return null;
      return paths.assets(projectId, status, index === 0 ? null : previous!.next_cursor);
    },
    fetchPage,
    { refreshInterval: 15_000, shouldRetryOnError: false },
  );
  const known = useMemo(() => {
    const seen = new Map((data ?? []).flatMap((page) => page.assets.map((asset) => [asset.id, asset])));
    return [...seen.values()];
  }, [data]);
  const forgotten = useForgotten(known.map((asset) => asset.id));
  const assets = known.filter((asset) => !forgotten.includes(asset.id));
  const more = Boolean(data?.at(-1)?.next_cursor);
  const loadingMore = isValidating && data !== undefined && data.length < size;
  const loadMore = useCallback(() => void setSize((pages) => pages + 1), [setSize]);
  const reload = useCallback(() => mutate(), [mutate]);
  return { assets, error: error as unknown, isLoading, more, loadingMore, loadMore, reload };
}
