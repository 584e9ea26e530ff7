import { type Dice, diceOf } from '../dice';
import type { Command, History } from '../history';
import { drawOn, drawPrepare, drawRacer, drawRegenerate, drawSetting, how } from './draw-calls';
import { drawTrouble } from './draw-troubles';
import { drawPass, drawTurn, drawWork } from './draw-work';
import { motifsOf } from './motifs';
import { drawTemper, type Temper } from './temper';

/** The history of a seed and a number. */
export function drawHistory(seed: string, number: number): History {
  const dice = diceOf(seed, number);
  const temper = drawTemper(dice);
  // Mostly short: what two calls and a crash cannot break, ten seldom do.
  const length = 3 + Math.min(dice.below(10), dice.below(10));
  const commands: Command[] = [drawPrepare(dice, temper)];
  while (commands.length < length) commands.push(...(dice.chance(0.3) ? dice.choose(...motifsOf(temper))(dice, temper) : [drawCommand(dice, temper)]));
  return { setup: temper.setup, commands };
}

function drawCommand(dice: Dice, temper: Temper): Command {
  if (dice.chance(temper.troubles)) return { do: 'trouble', trouble: drawTrouble(dice, temper.setup) };
  return dice.choose<() => Command>(
    [2, () => drawPrepare(dice, temper)],
    [8, () => drawRegenerate(dice, temper)],
    [3, () => drawOn(dice, temper, 'cancel')],
    [1, () => drawOn(dice, temper, 'delete')],
    [3, () => drawSetting(dice, temper)],
    [2, () => ({ do: 'race', calls: Array.from({ length: 1 + dice.below(3) }, () => drawRacer(dice, temper)), turns: Array.from({ length: dice.below(3) }, () => drawTurn(dice, temper)) })],
    [10, () => drawWork(dice, temper)],
    [2, () => ({ do: 'settle' })],
    [1, () => ({ do: 'house', ...how(dice, temper, 12) })],
    [5, () => drawPass(dice, temper)],
    [temper.mishaps > 0 ? 2 : 0, () => ({ do: 'resume', task: dice.below(4) })],
    [temper.mishaps > 0 ? 1 : 0, () => ({ do: 'crash', proc: dice.below(2) })],
    [temper.mishaps > 0 ? 1 : 0, () => ({ do: 'lose', run: dice.below(4) })],
  )();
}
