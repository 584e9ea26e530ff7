import { deleteExpiredSessions } from './auth/sign-out';
import { deleteExpiredRates } from './http/rate-limit';
import { deleteExpiredAnswers } from './idempotency/answer-once';
import type { Runtime } from './runtime';

const EVERY_MS = 10 * 60_000;

/** Removes rows whose time is over. Nothing depends on it: readers look at the time themselves. */
export async function keepHouse(rt: Runtime): Promise<void> {
  await deleteExpiredRates(rt);
  await deleteExpiredSessions(rt);
  await deleteExpiredAnswers(rt);
}

export function startHousekeeping(rt: Runtime): { stop(): void } {
  const timer = setInterval(() => {
    keepHouse(rt).catch((error: unknown) => rt.log.warn({ err: error }, 'housekeeping failed'));
  }, EVERY_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
