import type { Dice } from '../dice';
import type { Command } from '../history';
import { drawMishap, drawOn, drawPrepare, drawRacer, drawRegenerate } from './draw-calls';
import { drawTrouble } from './draw-troubles';
import { drawPass, drawTurn, drawWork } from './draw-work';
import type { Temper } from './temper';

type Motif = (dice: Dice, temper: Temper) => Command[];

/** The machinery goes on, and takes over what stands still. */
const others = (dice: Dice, temper: Temper): Command =>
  dice.chance(0.3) ? { do: 'settle' } : { do: 'work', turns: Array.from({ length: 8 + dice.below(5) }, () => drawTurn(dice, { ...temper, mishaps: 0 })) };
const resume: Command = { do: 'resume', task: 0 };

/** A process is stopped in the middle of a step; others take over; it goes on. */
const stopped: Motif = (dice, temper) => [
  { do: 'work', turns: [...Array.from({ length: dice.below(6) }, () => drawTurn(dice, { ...temper, mishaps: 0 })), { pick: dice.below(1 << 16), proc: 0, mishap: drawMishap(dice, 20, 'park') }] },
  { do: 'pass', ms: dice.choose([2, 1_000], [3, 25_000], [3, 65_000], [1, 130_000], [0.5, 660_000]) },
  ...(dice.chance(0.5) ? [{ do: 'house', proc: 1 } as const] : []),
  others(dice, temper),
  ...(dice.chance(0.3) ? [drawOn(dice, temper, dice.choose([3, 'cancel'], [1, 'delete']))] : []),
  resume,
];

/** A process is stopped, or dies, between a decision and its deed. */
const trapped: Motif = (dice, temper) => [
  { do: 'trap', point: dice.choose([4, 'create'], [2, 'call'], [1, 'object'], [1, 'send'], [1, 'transaction']), skip: dice.choose([3, 0], [1, 1], [1, dice.below(6)]), how: dice.choose([3, 'park'], [1, 'before'], [1, 'after']) },
  drawRegenerate(dice, temper),
  { do: 'settle' },
  { do: 'pass', ms: dice.choose([2, 3_000], [4, 22_000], [2, 65_000], [0.5, 660_000]) },
  ...(dice.chance(0.3) ? [{ do: 'house', proc: 1 } as const] : []),
  others(dice, temper),
  ...(dice.chance(0.3) ? [drawOn(dice, temper, dice.choose([3, 'cancel'], [1, 'delete']))] : []),
  resume,
];

/** Something is broken just when it is needed. */
const troubled: Motif = (dice, temper) => [
  ...Array.from({ length: 1 + dice.below(3) }, (): Command => ({ do: 'trouble', trouble: drawTrouble(dice, temper.setup) })),
  ...(dice.chance(0.6) ? [drawRegenerate(dice, temper)] : []),
  { do: 'settle' },
  { do: 'pass', ms: dice.choose([3, 5_000], [3, 25_000], [1, 65_000]) },
  dice.chance(0.5) ? { do: 'settle' } : drawWork(dice, temper),
];

/** A call stands still in its middle while another one goes through. */
const overtaken: Motif = (dice, temper) => [{ ...drawRacer(dice, temper), mishap: drawMishap(dice, 6, 'park') }, drawRacer(dice, temper), resume];

/** The same embed, deleted and made again. */
const again: Motif = (dice, temper) => [
  drawOn(dice, temper, 'delete'),
  ...(dice.chance(0.3) ? [drawPass(dice, temper)] : []),
  drawPrepare(dice, temper),
  dice.chance(0.5) ? drawWork(dice, temper) : { do: 'settle' },
  ...(dice.chance(0.5) ? [drawOn(dice, temper, 'delete')] : []),
];

/** A client that repeats its call, at once or much later. */
const repeated: Motif = (dice, temper) => {
  const call = { ...drawRegenerate(dice, temper), key: dice.below(2) };
  const later: Command[] = dice.choose([3, []], [1, [drawPass(dice, temper)]], [1, [{ do: 'pass', ms: 86_400_000 - dice.below(2) }]]);
  const { mishap: _, ...same } = call;
  return [call, ...later, dice.chance(0.8) ? same : { ...same, given: { dur_seconds: 8 } }];
};

/** Several are accepted while the first still runs; some of them are called off. */
const queue: Motif = (dice, temper) => [
  drawRegenerate(dice, temper),
  drawRegenerate(dice, temper),
  drawWork(dice, temper),
  drawOn(dice, temper, 'cancel'),
  drawWork(dice, temper),
];

/** The run or its hand-over is lost. */
const lost: Motif = (dice, temper) => [
  drawWork(dice, temper, 5),
  dice.chance(0.6) ? { do: 'lose', run: dice.below(4) } : { do: 'crash', proc: dice.below(2) },
  { do: 'pass', ms: dice.choose([3, 61_000], [1, 125_000], [0.5, 600_000]) },
  { do: 'house', proc: 0, ...(dice.chance(temper.mishaps) ? { mishap: drawMishap(dice, 12) } : {}) },
];

/** The rough ones for histories that are not calm, so that nothing hides behind an excuse in those that are. */
export const motifsOf = ({ mishaps, troubles }: Temper): Array<readonly [number, Motif]> => [
  [3, overtaken], [2, again], [3, repeated], [3, queue],
  ...(mishaps > 0 ? ([[3, stopped], [4, trapped], [2, lost]] as const) : []),
  ...(troubles > 0 ? ([[6, troubled]] as const) : []),
];
