import type { UserCommand } from './history';
import type { Excuses } from './excuses';
import { tellAccepted } from './accepted';
import type { Issued } from './issued';
import { type Asset, type Generation, inFlight, type Model } from './model';
import type { AssetRow, GenerationRow, Snapshot } from './snapshot';
import { must, Violation } from './violation';

interface Grounds {
  model: Model;
  excuses: Excuses;
  /** Calls that may have taken effect since the last look. */
  open: Issued[];
  nowMs: number;
}

/**
 * Tells the model what happened since the last look, as the rows show it. What the model cannot know (whether a cancel
 * came before the end, whether a call got through before its process died) is taken from them, but only where the model
 * allows it.
 */
export function reconcile(grounds: Grounds, snapshot: Snapshot): void {
  const { model } = grounds;
  settings(grounds, snapshot);
  const rowsOf = (assetId: string) => snapshot.generations.filter(({ asset_id }) => asset_id === assetId);
  for (const asset of [...model.assets.values()]) {
    const rows = rowsOf(asset.id);
    const known = new Set(rows.map(({ id }) => id));
    if (asset.generations.every(({ id }) => known.has(id)) && snapshot.assets.some(({ id }) => id === asset.id)) continue;
    must(grounds.open.some(({ command, assetId }) => command.do === 'delete' && assetId === asset.id), 'nothing vanishes by itself', () => `asset ${asset.id}`);
    model.remove(asset);
  }
  for (const asset of model.assets.values()) {
    for (const generation of asset.generations) transit(grounds, asset, generation, rowsOf(asset.id).find(({ id }) => id === generation.id)!);
  }
  for (const row of snapshot.assets) {
    for (const one of rowsOf(row.id)) if (!model.assets.get(row.id)?.generations.some(({ id }) => id === one.id)) accept(grounds, row, one);
  }
}

function settings({ model, open }: Grounds, { tier, project }: Snapshot): void {
  const asked = (fits: (command: UserCommand) => boolean) => open.some(({ command }) => fits(command));
  if (tier !== model.tier && asked((command) => command.do === 'tier' && command.tier === tier)) model.tier = tier as Model['tier'];
  const { overage_enabled: overage, overage_cap: cap, brand_version: brand } = project;
  if (asked((command) => command.do === 'billing' && (command.overage ?? model.overage) === overage && (command.cap === undefined ? model.cap : command.cap) === cap)) {
    Object.assign(model, { overage, cap });
  }
  if (brand === model.brandVersion + 1 && asked((command) => command.do === 'brand')) model.brandVersion = brand;
}

function accept(grounds: Grounds, row: AssetRow, found: GenerationRow): void {
  const call = grounds.open.find(({ request }) => request === found.request_id);
  must(call !== undefined, 'a generation is somebody’s call, once', () => `generation ${found.number} of ${row.id} by ${found.request_id}`);
  const { asset, generation } = tellAccepted(grounds.model, call, row.id, found.id, grounds.nowMs);
  transit(grounds, asset, generation, found);
}

/** Takes a generation of the model to where its row is. */
export function transit(grounds: Pick<Grounds, 'model' | 'open' | 'excuses'>, asset: Asset, generation: Generation, row: GenerationRow): void {
  const { model } = grounds;
  if (row.status === generation.status) return;
  const wrong = step();
  if (wrong) throw new Violation('a generation’s life', `${wrong} (${generation.number} of ${asset.id})`);

  function step(): string | null {
    if (row.status === 'running') return model.start(asset, generation);
    if (row.status === 'succeeded') return (inFlight(generation) && generation.status === 'queued' ? model.start(asset, generation) : null) ?? model.succeed(asset, generation);
    if (row.status === 'cancelled') {
      const asked = grounds.open.some(({ command, assetId }) => command.do === 'cancel' && assetId === asset.id);
      return asked ? model.end(asset, generation, 'cancelled', 'cancelled: the generation was cancelled') : 'cancelled by nobody';
    }
    if (row.status === 'failed') {
      const error = `${row.error_code}: ${row.error_msg}`;
      return grounds.excuses.allows(row) ? model.end(asset, generation, 'failed', error) : `failed without a reason: ${error}`;
    }
    return `back to ${row.status}`;
  }
}
