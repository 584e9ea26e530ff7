import type { Dice } from '../dice';
import type { Command, Turn } from '../history';
import { drawMishap, how } from './draw-calls';
import type { Temper } from './temper';

const SECOND = 1_000;
const MINUTE = 60_000;

export function drawTurn(dice: Dice, temper: Temper): Turn {
  const { mishaps } = temper;
  return {
    pick: dice.below(1 << 16),
    ...how(dice, temper),
    ...(dice.chance(mishaps / 3) ? { forgets: true } : {}),
    ...(dice.chance(mishaps) ? { counts: true } : {}),
  };
}

export const drawWork = (dice: Dice, temper: Temper, most = 8): Command => ({ do: 'work', turns: Array.from({ length: 1 + dice.below(most) }, () => drawTurn(dice, temper)) });

export function drawPass(dice: Dice, { setup, mishaps }: Temper): Command {
  const nearMonthEnd = setup.startMs % (24 * 60 * MINUTE) > 23 * 60 * MINUTE;
  const ms = dice.choose(
    [6, 1 + dice.below(5 * SECOND)],
    [4, 16 * SECOND],
    [3, 31 * SECOND],
    [2, 61 * SECOND],
    [0.7, 5 * MINUTE],
    [0.7, 11 * MINUTE],
    [0.5, 24 * 60 * MINUTE],
    [nearMonthEnd ? 6 : 0, 3 * MINUTE],
  );
  return { do: 'pass', ms, ...(dice.chance(mishaps) ? { mishap: drawMishap(dice, 8) } : {}) };
}
