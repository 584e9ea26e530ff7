import type { Prepared } from '@/lib/assets/prepare-asset';
import type { Regenerated } from '@/lib/assets/regenerate-asset';
import { tellAccepted } from './accepted';
import { judge } from './answers';
import type { Excuses } from './excuses';
import { identityOf, type Issued } from './issued';
import { inFlight, type Model } from './model';
import { transit } from './reconcile';
import type { GenerationRow, Snapshot } from './snapshot';
import { must, Violation } from './violation';

interface Race {
  rows: Snapshot;
  nowMs: number;
  racers: Issued[];
  excuses: Excuses;
}

/** A call, or a generation that went on meanwhile. */
type Racer = Issued | { wentOn: GenerationRow };

/**
 * Of several calls at the same moment: finds an order in which the model, one after the other, gives the same answers
 * and comes to the same rows. A call whose process died may have taken effect or not.
 * @returns the model after it @throws Violation when there is none
 */
export function linearize(model: Model, race: Race, compare: (model: Model, rows: Snapshot) => void): Model {
  let reason: Violation | undefined;
  for (const order of orders([...race.racers, ...goneOn(model, race.rows)])) {
    const copy = model.clone();
    try {
      for (const racer of order) {
        if ('wentOn' in racer) goOn(copy, racer.wentOn, race);
        else perform(copy, racer, race);
      }
      compare(copy, race.rows);
      return copy;
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      reason ??= error;
    }
  }
  throw reason!;
}

function goneOn(model: Model, rows: Snapshot): Racer[] {
  const before = new Map([...model.assets.values()].flatMap(({ generations }) => generations.map((one) => [one.id, one.status])));
  return rows.generations.flatMap((row) => (before.has(row.id) && before.get(row.id) !== row.status && row.status !== 'cancelled' ? [{ wentOn: row }] : []));
}

function goOn(model: Model, row: GenerationRow, { excuses }: Race): void {
  const asset = model.assets.get(row.asset_id);
  const generation = asset?.generations.find(({ id }) => id === row.id);
  if (asset && generation) transit({ model, excuses, open: [] }, asset, generation, row);
}

function orders(calls: Racer[]): Racer[][] {
  if (calls.length === 0) return [[]];
  const first = calls.flatMap((call, i) => orders(calls.toSpliced(i, 1)).map((rest) => [call, ...rest]));
  const dead = calls.findIndex((call) => 'task' in call && call.task?.outcome === 'crashed');
  return dead < 0 ? first : [...first, ...orders(calls.toSpliced(dead, 1))];
}

function perform(model: Model, call: Issued, race: Race): void {
  const refusal = model.refusal(race.nowMs);
  const outcome = call.task!.outcome!;
  const refused = outcome !== 'crashed' && 'error' in outcome;
  if (!refused) takeEffect(model, call, race);
  if (outcome !== 'crashed') judge({ model, nowMs: race.nowMs, refusal, flickers: flickers(call, race) }, call, outcome);
}

/** Whether the call's asset comes or goes in this very race. */
const flickers = (call: Issued, { racers }: Race) =>
  racers.some((other) => other !== call && (other.command.do === 'delete' || other.command.do === 'prepare') && (call.command.do === 'prepare' || other.assetId === call.assetId));

function takeEffect(model: Model, call: Issued, { rows, nowMs }: Race): void {
  const { command, request, assetId = '' } = call;
  const asset = model.assets.get(assetId);
  const row = rows.generations.find(({ request_id }) => request_id === request);
  const value = (call.task!.outcome as { value?: unknown }).value;
  if (command.do === 'prepare') {
    const id = (value as Prepared | undefined)?.asset_id ?? row?.asset_id ?? model.idOf(identityOf(command));
    if (id && !model.assets.has(id)) tellAccepted(model, call, id, row?.id ?? request, nowMs);
  }
  if (command.do === 'regenerate' && asset && !command.stranger && !(value as { replayed: boolean } | undefined)?.replayed) {
    const answered = (value as { value: Regenerated } | undefined)?.value.generation_id;
    tellAccepted(model, call, assetId, row?.id ?? answered ?? request, nowMs);
  }
  if (command.do === 'cancel' && asset) {
    const first = asset.generations.find(inFlight);
    must(first !== undefined, 'only what is in flight is cancelled', () => request);
    model.end(asset, first, 'cancelled', 'cancelled: the generation was cancelled');
  }
  if (command.do === 'delete' && asset) model.remove(asset);
}
