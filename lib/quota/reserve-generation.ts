import { monthOf } from '../clock';
import type { Tx } from '../database/database';
import { ApiError } from '../http/errors';
import { planOf } from './plans';
import { quotaOf, type Quota } from './quota';

export interface Reservation {
  month: string;
  overage: boolean;
  quota: Quota;
}

interface Request {
  user: { id: string; tier: string };
  project: { overageEnabled: boolean; overageCap: number | null };
  nowMs: number;
  publicUrl: string;
}

/**
 * Takes one unit of the owner's month inside the accepting transaction. One conditional UPDATE decides, so any number
 * of parallel callers get exactly what is left.
 * @throws ApiError 429 quota_exceeded or overage_disabled, with the seed's texts.
 */
export async function reserveGeneration(tx: Tx, { user, project, nowMs, publicUrl }: Request): Promise<Reservation> {
  const month = monthOf(nowMs);
  const plan = planOf(user.tier);
  const mayExceed = plan.overageCents !== null && project.overageEnabled;
  // A cap of 2^31-1 stands for none: it is the column's own largest value.
  const ceiling = mayExceed ? plan.monthlyLimit + (project.overageCap ?? 2_147_483_647 - plan.monthlyLimit) : plan.monthlyLimit;
  const rows = await tx.$queryRaw<Array<{ used: number }>>`
    INSERT INTO monthly_usage AS u (user_id, month, used, charged) SELECT ${user.id}, ${month}, 1, 1 WHERE ${ceiling}::int > 0
    ON CONFLICT (user_id, month) DO UPDATE SET used = u.used + 1, charged = u.charged + 1 WHERE u.used < ${ceiling}::int
    RETURNING used`;
  const used = rows[0]?.used;
  if (used !== undefined) return { month, overage: used > plan.monthlyLimit, quota: quotaOf(user.tier, used, nowMs) };
  if (plan.overageCents !== null && !project.overageEnabled) {
    throw new ApiError('overage_disabled', 'overage disabled — enable in project settings or upgrade plan');
  }
  throw new ApiError('quota_exceeded', 'monthly generation limit reached', { body: { upgrade_url: `${publicUrl}/pricing` } });
}
