'use client';
import { useEffect, useRef } from 'react';
import { explainStored } from '../../api-error';
import type { Asset } from '../../api-types';
import { useAnnounce } from '../../ui/announcer';

/** Says how a run ended that was seen in flight. */
export function useOutcome(asset: Asset) {
  const announce = useAnnounce();
  const before = useRef(asset);
  useEffect(() => {
    const was = before.current;
    before.current = asset;
    if (was.id !== asset.id || !was.in_flight || asset.in_flight) return;
    const name = asset.name;
    if (asset.generation !== was.generation) announce(`${name}: generation ${asset.generation} is ready`);
    else announce(`${name}: ${asset.error ? explainStored(asset.error).title : 'the run was cancelled'}`);
  }, [asset, announce]);
}
