import type { Runtime } from '../runtime';

export type KeyKind = 'proxy' | 'signing';

/** How long a key or secret works on after it was rotated. */
export const OVERLAP_MS = 24 * 3600_000;

/** Of `retired_keys`, those that still work. Their end is exclusive: at that very moment they are refused. */
export const stillValid = (rt: Pick<Runtime, 'clock'>) => ({ validUntil: { gt: new Date(rt.clock.now()) } });

/** Removes keys that are over; nobody accepts them any more. @returns how many. */
export async function deleteRetiredKeys(rt: Runtime): Promise<number> {
  const { count } = await rt.db.retiredKey.deleteMany({ where: { validUntil: { lte: new Date(rt.clock.now()) } } });
  return count;
}
