'use client';
import { useEffect, useState } from 'react';
import type { Asset } from '../../api-types';
import { refreshAsset } from '../asset-store';
import { watchAsset, type AssetEvent } from '../live/event-streams';

/** The events heard of an asset: the latest generation's from its start, then everything that follows. */
export function useEvents(asset: Asset): AssetEvent[] {
  const [events, setEvents] = useState<AssetEvent[]>([]);
  useEffect(() => {
    const heard = new Set<string>();
    return watchAsset(asset.id, (event) => {
      if (event.name === 'progress' || heard.has(event.id)) return;
      heard.add(event.id);
      setEvents((all) => [...all, event].sort((a, b) => a.ts - b.ts || Number(a.id) - Number(b.id)));
      // A run that was started elsewhere (another tab, the API) shows up here first.
      if (event.name === 'queued') void refreshAsset(asset.id);
    });
  }, [asset.id]);
  return events;
}
