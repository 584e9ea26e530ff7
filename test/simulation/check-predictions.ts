import { failureKind } from '@/lib/generation/replicate/prediction-failure';
import { SETTLE_MS } from '@/lib/generation/replicate/find-lost';
import type { PredictionRecord } from '../replicate/types';
import type { OriginOf } from './check-objects';
import type { Making } from './service-port';
import { must } from './violation';

/** A call that was made so long after it was noted that others may have taken it for lost (decision 0008). */
export const isLate = (making: Making | undefined) => making !== undefined && making.lateMs > SETTLE_MS;

/**
 * The service's own list has one prediction for a generation's stage, and another only after the service itself
 * interrupted the one before.
 */
export function checkPredictions(records: PredictionRecord[], originOf: OriginOf, makings: Map<string, Making>): void {
  const stages = new Map<string, PredictionRecord[]>();
  for (const record of records) {
    const origin = originOf(record.id);
    must(origin !== undefined, 'a prediction is noted before it is made', () => record.id);
    const stage = `${origin.generationId}/${origin.stage}`;
    stages.set(stage, [...(stages.get(stage) ?? []), record]);
  }
  for (const [stage, made] of stages) {
    if (made.length === 1 || made.some(({ id }) => isLate(makings.get(id)))) continue;
    must(made.length <= 3, 'at most three predictions a stage', () => `${made.length} for ${stage}`);
    made.slice(0, -1).forEach((one, i) => {
      const interrupted = one.status === 'failed' && failureKind(one.error) === 'interrupted' && one.endedAt! <= made[i + 1]!.createdAt;
      must(interrupted, 'one prediction a stage', () => `${stage}: ${made.map(({ status, error }) => `${status} ${error ?? ''}`).join(', ')}`);
    });
  }
}
