import { planOf, type Tier } from '@/lib/quota/plans';
import type { Me, Project } from '../api-types';
import { formatDay, plural, quotaLeft } from '../format';

/** "61 of 100 left this month, resets 1 Dec" */
export function quotaText({ quota }: Me) {
  const over = quota.overage > 0 ? `, ${plural(quota.overage, 'overage generation')}` : '';
  return `${quotaLeft(quota)} of ${quota.limit} left this month, resets ${formatDay(quota.resets_at)}${over}`;
}

export interface Cost {
  text: string;
  /** Why it cannot, or will not, be accepted. */
  stop: string | null;
  /** No setting of the project could change it. */
  final: boolean;
}

/** What one generation costs now, or why there is none to be had. */
export function costOf({ quota, plan }: Me, project: Project | undefined): Cost {
  const left = quotaLeft(quota);
  if (left > 0) return { text: `1 generation, ${left} left this month`, stop: null, final: false };
  const used = `${quota.used} of ${quota.limit} used, resets ${formatDay(quota.resets_at)}`;
  const cents = planOf(plan as Tier).overageCents;
  if (cents === null) return { text: used, stop: 'Monthly generation limit reached', final: true };
  if (project && !project.overage_enabled) {
    return { text: used, stop: 'Overage disabled — enable in project settings or upgrade plan', final: false };
  }
  return { text: `1 overage generation, $${(cents / 100).toFixed(2)}`, stop: null, final: false };
}
