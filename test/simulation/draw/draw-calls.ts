import type { Given } from '@/lib/generation/accept-generation';
import type { Dice } from '../dice';
import type { Tier, UserCommand } from '../history';
import type { Mishap, Point } from '../task';
import type { Temper } from './temper';

type Regenerate = Extract<UserCommand, { do: 'regenerate' }>;
type Prepare = Extract<UserCommand, { do: 'prepare' }>;

/** Somewhere among the first things it does; or where it matters most. */
export function drawMishap(dice: Dice, most: number, how = dice.choose<Mishap['how']>([3, 'before'], [3, 'after'], [4, 'park'])): Mishap {
  const on = dice.choose<Point | undefined>([6, undefined], [2, 'transaction'], [1.5, 'create'], [0.5, 'call'], [1, 'object'], [1, 'send']);
  return on ? { at: 1 + dice.below(2), on, how } : { at: 1 + dice.below(most), how };
}

export const how = (dice: Dice, { mishaps }: Temper, most = 22) => ({ proc: dice.below(2), ...(dice.chance(mishaps) ? { mishap: drawMishap(dice, most) } : {}) });

/** Mostly the newest asset there is. */
const asset = (dice: Dice) => dice.choose([8, 0], [2, 1], [1, 2]);

export function drawPrepare(dice: Dice, temper: Temper): Prepare {
  const { mode, options } = temper.favourite;
  if (dice.chance(0.7)) return { do: 'prepare', source: 0, mode, options, ...how(dice, temper) };
  const others = {
    ...(dice.chance(0.3) ? { motion: 'kinetic' as const } : {}),
    ...(dice.chance(0.3) ? { dur_seconds: 6 } : {}),
    ...(dice.chance(0.3) ? { prompt_override: 'a slow pan' } : {}),
  };
  return { do: 'prepare', source: dice.below(2), mode: dice.choose([2, 'animate-in'], [1, 'loop'], [1, 'animate-on-hover']), options: others, ...how(dice, temper) };
}

export function drawRegenerate(dice: Dice, temper: Temper): Regenerate {
  const given: Given = {
    ...(dice.chance(0.3) ? { motion: dice.pick(['subtle', 'medium', 'kinetic'] as const) } : {}),
    ...(dice.chance(0.1) ? { mode: dice.pick(['loop', 'animate-in'] as const) } : {}),
    ...(dice.chance(0.2) ? { dur_seconds: 2 + dice.below(7) } : {}),
    ...(dice.chance(0.35) ? { seed: dice.pick([null, null, 1, 2]) } : {}),
    ...(dice.chance(0.2) ? { prompt_override: dice.pick(['pan left', 'zoom out']) } : {}),
  };
  return {
    do: 'regenerate',
    asset: asset(dice),
    given,
    ...(dice.chance(0.3) ? { key: dice.below(2) } : {}),
    ...(dice.chance(0.02) ? { stranger: true } : {}),
    ...how(dice, temper),
  };
}

export const drawOn = (dice: Dice, temper: Temper, what: 'cancel' | 'delete'): UserCommand => ({ do: what, asset: asset(dice), ...how(dice, temper) });

export function drawSetting(dice: Dice, temper: Temper): UserCommand {
  return dice.choose<() => UserCommand>(
    [3, () => ({ do: 'tier', tier: dice.pick<Tier>(['free', 'pro', 'team']), ...how(dice, temper, 3) })],
    [3, () => ({ do: 'billing', overage: dice.pick([undefined, true, false]), cap: dice.pick([undefined, null, 0, 2]), ...how(dice, temper, 4) })],
    [1, () => ({ do: 'brand', word: dice.below(3), ...how(dice, temper, 4) })],
  )();
}

export function drawRacer(dice: Dice, temper: Temper): UserCommand {
  return dice.choose<() => UserCommand>(
    [6, () => drawRegenerate(dice, temper)],
    [2, () => drawPrepare(dice, temper)],
    [2, () => drawOn(dice, temper, 'cancel')],
    [1, () => drawOn(dice, temper, 'delete')],
  )();
}
