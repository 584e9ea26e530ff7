import { useState, type MouseEvent } from 'react';
import { api } from '../../api-client';
import { RequestFailed, explain } from '../../api-error';
import { refreshAsset } from '../asset-store';

/** Cancels an asset's run in flight: one call a click, and what went wrong in words. */
export function useCancel(assetId: string) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  async function cancel(event: MouseEvent) {
    // The second click of a double click may come when the first run is gone: it would cancel the one behind it.
    if (busy || event.detail > 1) return;
    setBusy(true);
    setFailure(null);
    try {
      await api.cancel(assetId);
    } catch (error) {
      // The run had ended already: what the asset says tells how.
      if (!(error instanceof RequestFailed && error.code === 'conflict')) setFailure(explain(error));
    }
    await refreshAsset(assetId);
    setBusy(false);
  }
  return { cancel, busy, failure };
}
