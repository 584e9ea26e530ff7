import { monthOf } from '../clock';
import type { Runtime } from '../runtime';
import { quotaOf, type Quota } from './quota';

/** The running month of a user. */
export async function readQuota(rt: Runtime, user: { id: string; tier: string }): Promise<Quota> {
  const now = rt.clock.now();
  const row = await rt.db.monthlyUsage.findUnique({ where: { userId_month: { userId: user.id, month: monthOf(now) } } });
  return quotaOf(user.tier, row?.used ?? 0, now);
}
