import type { Bus } from '../events/bus';
import type { Database, Tx } from './database';

export type Wake = Bus['publish'];

/**
 * Runs `work` in one transaction. The wake-ups it asks for go out after the commit, so a listener that reads the
 * database finds what it was woken for. Locks are taken in one order everywhere: asset, then monthly usage.
 */
export async function transaction<T>(
  rt: { db: Database; bus: Bus },
  work: (tx: Tx, wake: Wake) => Promise<T>,
): Promise<T> {
  const wakes = new Map<string, Parameters<Wake>>();
  const result = await rt.db.$transaction((tx) =>
    work(tx, (channel, payload) => void wakes.set(`${channel} ${payload ?? ''}`, [channel, payload])),
  );
  for (const wake of wakes.values()) rt.bus.publish(...wake);
  return result;
}
