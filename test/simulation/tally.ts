import { failureKind } from '@/lib/generation/replicate/prediction-failure';
import { isLate } from './check-predictions';
import type { History } from './history';
import type { Simulation } from './simulation';

/** Counts what a history came to. */
export function tally({ setup, commands }: History, { world, model, rows, ended }: Simulation): Record<string, number> {
  const { figures, standIn, makings } = world;
  figures.add('commands', commands.length);
  figures.add(`setup: by ${setup.hosted} hosted`);
  for (const { do: what } of commands) if (what === 'race' || what === 'lose') figures.add(`command: ${what}`);
  for (const [status, times] of ended) figures.add(`generation: ${status}`, times);
  figures.add('generation: handed over again', rows.generations.filter(({ dispatches }) => dispatches > 1).length);
  figures.add('month: a second one charged', [...model.usage.values()].filter(({ charged }, i) => charged > (setup.used[i] ?? 0)).length - 1);
  const predictions = standIn.predictions();
  figures.add('prediction: made', predictions.length);
  for (const { id, status, error } of predictions) {
    figures.add(`prediction: ${status === 'failed' ? failureKind(error) : status}`);
    if (isLate(makings.get(id))) figures.add('prediction: made late');
  }
  for (const { state } of standIn.webhooks()) figures.add(`webhook: ${state}`);
  return figures.all;
}
