import type { Runtime } from '../../runtime';
import type { PredictionInput, PredictionRow } from './prediction-rows';
import type { Prediction, ReplicateApi } from './replicate-api';
import { CALL_LIMIT_MS } from './replicate-fetch';

/** How long after a call without an answer the service may still begin to show it: longer than a call may take. */
export const SETTLE_MS = CALL_LIMIT_MS + 5_000;
/** Clocks differ; the list is searched back to a little before the call. */
const SKEW_MS = 60_000;
/** A hundred predictions a page at the service. */
const MOST_PAGES = 10;

/**
 * Looks in the service's own list for a prediction whose answer we never got: its input names our file.
 * @returns 'unknown' while the call may still be on its way, null when it was never made. @throws ReplicateError
 */
export async function findLost(rt: Pick<Runtime, 'clock'>, api: ReplicateApi, row: PredictionRow): Promise<Prediction | 'unknown' | null> {
  // Read before the list: what arrives between the two is not overlooked.
  const settled = rt.clock.now() - row.askedAt.getTime() > SETTLE_MS;
  const sinceMs = row.createdAt.getTime() - SKEW_MS;
  const listed = await api.list((page) => page.some(({ created_at }) => Date.parse(created_at) < sinceMs), MOST_PAGES);
  const mark = (row.input as PredictionInput).image;
  const found = listed.find(({ input }) => (input as { image?: unknown }).image === mark);
  return found ?? (settled ? null : 'unknown');
}
