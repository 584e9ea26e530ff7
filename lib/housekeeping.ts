import { deleteExpiredSessions } from './auth/sign-out';
import { endStalled } from './generation/end-stalled';
import { redispatchSilent } from './generation/redispatch-silent';
import { deleteOldPredictions } from './generation/replicate/prediction-rows';
import { deleteExpiredRates } from './http/rate-limit';
import { deleteExpiredAnswers } from './idempotency/answer-once';
import { deleteRetiredKeys } from './projects/retired-keys';
import type { Runtime } from './runtime';

const EVERY_MS = 60_000;

/** Ends what has run too long, hands over again what was lost, and removes rows whose time is over (their readers look at the time themselves). */
export async function keepHouse(rt: Runtime): Promise<void> {
  await endStalled(rt);
  await redispatchSilent(rt);
  await deleteExpiredRates(rt);
  await deleteExpiredSessions(rt);
  await deleteExpiredAnswers(rt);
  await deleteRetiredKeys(rt);
  await deleteOldPredictions(rt);
}

export function startHousekeeping(rt: Runtime): { stop(): void } {
  const timer = setInterval(() => {
    keepHouse(rt).catch((error: unknown) => rt.log.warn({ err: error }, 'housekeeping failed'));
  }, EVERY_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
