import type { HostileEngine } from './hostile-engine';
import { inFlight } from './model';
import type { Snapshot } from './snapshot';
import { must } from './violation';

/**
 * What is first in line is in somebody's hands: the outbox's, or the engine's. The reconciler is there for what the engine
 * loses, and would hide for a minute that nobody was told.
 */
export function checkHandedOver({ assets, generations, outbox }: Snapshot, engine: HostileEngine): void {
  for (const { id: assetId } of assets) {
    const first = generations.find((one) => one.asset_id === assetId && inFlight(one));
    if (!first || engine.knows(first.id)) continue;
    must(outbox.some(({ key }) => key.startsWith(`dispatch/${first.id}/`)), 'what is first in line is handed over', () => `${first.number} of ${assetId} is ${first.status}`);
  }
}
