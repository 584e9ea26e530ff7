import { useEffect } from 'react';
import type { Asset } from '../../api-types';
import { refreshAsset } from '../asset-store';
import { lookAgain } from './look-again';

/** Is a clip made that the edge has not confirmed yet? Without an edge both are one moment. */
export const awaitsEdge = (asset: Pick<Asset, 'ready_at' | 'edge_live_at'>) => asset.ready_at !== null && asset.edge_live_at === null;

/** Reads the asset anew until the edge has its clip: no event tells that. */
export function useEdgeWait(asset: Asset | undefined) {
  const id = asset && awaitsEdge(asset) ? asset.id : null;
  const generation = asset?.generation;
  useEffect(() => (id === null ? undefined : lookAgain(() => refreshAsset(id))), [id, generation]);
}
