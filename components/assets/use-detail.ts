'use client';
import useSWR from 'swr';
import { paths } from '../api-client';
import type { AssetDetail } from '../api-types';
import { fetchAsset } from './asset-store';
import { useEdgeWait } from './live/use-edge-wait';

/** An asset with its generations, newest first. */
export function useDetail(id: string) {
  const { data, error, isLoading, mutate } = useSWR<AssetDetail>(paths.asset(id), () => fetchAsset(id));
  useEdgeWait(data?.asset);
  const generations = [...(data?.generations ?? [])].sort((a, b) => b.number - a.number);
  return { asset: data?.asset, generations, error, isLoading, reload: () => mutate() };
}
