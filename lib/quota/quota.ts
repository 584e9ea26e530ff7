import { nextMonthStart } from '../clock';
import { planOf } from './plans';

/** A month's account as the API shows it. */
export interface Quota {
  /** Units taken and not given back. */
  used: number;
  limit: number;
  /** How many of `used` are above the limit. */
  overage: number;
  /** When the count starts anew, Unix ms. */
  resets_at: number;
}

export function quotaOf(tier: string, used: number, nowMs: number): Quota {
  const limit = planOf(tier).monthlyLimit;
  return { used, limit, overage: Math.max(0, used - limit), resets_at: nextMonthStart(nowMs) };
}
