export type Tier = 'free' | 'pro' | 'team';

export interface Plan {
  /** Generations a calendar month (UTC). */
  monthlyLimit: number;
  /** Price in US cents of a generation above the limit; null where there is no overage. */
  overageCents: number | null;
}

/** The plans: the only place that knows them. */
export const plans: Record<Tier, Plan> = {
  free: { monthlyLimit: 5, overageCents: null },
  pro: { monthlyLimit: 100, overageCents: 10 },
  team: { monthlyLimit: 500, overageCents: 8 },
};

/** The plan of a tier read from the database, whose constraint admits only these. */
export const planOf = (tier: string): Plan => plans[tier as Tier];
