import { type Asset, inFlight, type Generation, type Model } from './model';
import type { AssetRow, GenerationRow, Snapshot } from './snapshot';
import { differences, must } from './violation';

const ENDS: Partial<Record<GenerationRow['status'], string>> = { succeeded: 'ready', failed: 'failed', cancelled: 'cancelled' };

/** Holds every row against the model. */
export function compare(model: Model, snapshot: Snapshot): void {
  same('the account', { tier: model.tier, overage_enabled: model.overage, overage_cap: model.cap, brand_version: model.brandVersion }, { tier: snapshot.tier, ...snapshot.project });
  months(model, snapshot);
  must(snapshot.assets.length === model.assets.size, 'an asset for each that was made', () => `${snapshot.assets.length} rows, ${model.assets.size} in the model`);
  for (const row of snapshot.assets) {
    const asset = model.assets.get(row.id)!;
    const rows = snapshot.generations.filter(({ asset_id }) => asset_id === row.id);
    compareAsset(asset, row, rows);
    seeds(asset, rows);
    for (const generation of asset.generations) {
      const found = rows.find(({ id }) => id === generation.id);
      must(found !== undefined, 'a generation for each that was accepted', () => `${generation.number} of ${asset.id} is missing`);
      compareGeneration(generation, found);
      comparePrompt(model, asset, generation, found);
    }
  }
}

function same(what: string, wanted: object, found: object): void {
  const wrong = differences(wanted, found);
  must(wrong === '', `${what} is as the model has it`, () => wrong);
}

/** used = charged − refunded = what the accepted calls took and the failed ones gave back. */
function months(model: Model, { usage }: Snapshot): void {
  for (const row of usage) {
    must(row.used === row.charged - row.refunded, 'used = charged − refunded', () => JSON.stringify(row));
    same(`the month ${row.month}`, model.usage.get(row.month) ?? { used: 0, charged: 0, refunded: 0 }, row);
  }
  for (const [month, { charged }] of model.usage) {
    must(charged === 0 || usage.some((row) => row.month === month), 'every charge has its month', () => month);
  }
}

function compareAsset(asset: Asset, row: AssetRow, rows: GenerationRow[]): void {
  const { values, current, status, error, generations } = asset;
  same('an asset', { ...values, status, error, current_generation_id: current?.id ?? null, generation_count: generations.length }, row);
  must(rows.filter((one) => one.status === 'running').length <= 1, 'never two running', () => asset.id);
  must(row.events === row.event_seq, 'events are numbered without holes', () => `${row.events} events, the last is ${row.event_seq}`);
  const told = rows.flatMap(({ id, status: ended }) => (ENDS[ended] ? [`${id} ${ENDS[ended]}`] : [])).sort();
  const ends = row.ends.map(([id, type]) => `${id} ${type}`).sort();
  must(String(told) === String(ends), 'one event tells each end', () => `told ${ends.join(', ')}; ended ${told.join(', ')}`);
}

function compareGeneration(generation: Generation, row: GenerationRow): void {
  const { number, status, given, model, month, overage, motion, mode, dur_seconds, seed } = generation;
  const charge = inFlight(generation) || status === 'succeeded' ? 'charged' : 'refunded';
  const wanted = { number, status, model, overage, charge, charged_month: month, prompt_override: given.prompt_override ?? null };
  same('a generation', wanted, row);
  // What was left out settles when it starts; one that never does may have been given a fresh seed by an unpinning before it.
  const settled = row.started === null || seed === null ? {} : { seed };
  if (status !== 'queued') same('what a generation is made with', { motion, mode, dur_seconds, ...settled }, row);
}

/** Whose words a clip was made with: the call's own, the embed URL's, or those of the vision model, with the brand as it is. */
function comparePrompt(model: Model, asset: Asset, { given, status, brand }: Generation, row: GenerationRow): void {
  if (status !== 'succeeded' && row.prompt === null) return;
  const own = given.prompt_override ?? asset.prompt;
  const source = given.prompt_override ? 'override' : asset.prompt ? 'asset' : 'vision';
  same('a prompt', { prompt_source: source, ...(own ? { prompt: own } : {}) }, row);
  const version = row.brand_version ?? -1;
  must(version >= brand && version <= model.brandVersion, 'the brand is read anew', () => `version ${version}, not ${brand} to ${model.brandVersion}`);
}

/** Where none is pinned, "try again" gives another result. */
function seeds(asset: Asset, rows: GenerationRow[]): void {
  for (const { id, seed, status } of asset.generations) {
    if (seed !== null || status === 'queued') continue;
    const drawn = rows.find((row) => row.id === id)!.seed;
    must(rows.every((row) => row.id === id || row.seed !== drawn), 'a seed that is not pinned is a fresh one', () => `${drawn} again`);
  }
}
