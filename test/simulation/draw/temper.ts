import type { Dice } from '../dice';
import type { Setup } from '../history';

/** How rough a history is. Some are calm, so that nothing hides behind an excuse. */
export interface Temper {
  /** The share of turns and calls on whose way something happens. */
  mishaps: number;
  /** The share of commands that break something. */
  troubles: number;
  setup: Setup;
  /** The asset that is made again and again. */
  favourite: { mode: 'loop' | 'animate-in'; options: { seed?: number } };
}

const SECOND = 1_000;
const MINUTE = 60_000;
const LIMITS = { free: 5, pro: 100, team: 500 } as const;

export function drawTemper(dice: Dice): Temper {
  const [mishaps, troubles] = dice.choose([2, [0, 0]], [3, [0.12, 0]], [3, [0.25, 0]], [3, [0, 0.2]], [4, [0.12, 0.15]]);
  return {
    mishaps,
    troubles,
    setup: drawSetup(dice, troubles > 0),
    favourite: { mode: dice.choose([2, 'animate-in'], [1, 'loop']), options: dice.chance(0.15) ? { seed: 7 } : {} },
  };
}

function drawSetup(dice: Dice, troubled: boolean): Setup {
  const tier = dice.choose([3, 'free'], [4, 'pro'], [2, 'team']);
  const near = () => Math.max(0, LIMITS[tier] - dice.choose([4, 5], [2, 3], [2, 2], [2, 1], [0.5, 0]));
  const month = dice.below(12);
  return {
    tier,
    overage: dice.chance(0.4),
    cap: dice.choose([2, null], [0.5, 0], [2, 1], [1, 2]),
    used: [near(), dice.chance(0.5) ? near() : 0],
    // Near its month's end, or in the middle.
    startMs: dice.chance(0.3) ? Date.UTC(2026, month + 1, 1) - 1 - dice.below(3 * MINUTE) : Date.UTC(2026, month, 10, 12) + dice.below(60 * MINUTE),
    hosted: dice.choose([troubled ? 1 : 4, 'nothing'], [4, 'motion'], [2, 'all']),
    afterMs: dice.choose([4, 0], [3, 2 * SECOND], [1, 20 * SECOND]),
    webhooks: dice.chance(0.7),
    strict: dice.chance(0.4),
    lookBack: dice.chance(0.5),
    ends: dice.choose([1, 'resume'], [1, 'crash'], [2, 'cancel']),
  };
}
