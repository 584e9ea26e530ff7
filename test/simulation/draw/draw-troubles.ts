import type { Dice } from '../dice';
import type { Setup, Trouble } from '../history';

export function drawTrouble(dice: Dice, { hosted }: Setup): Trouble {
  const times = 1 + dice.below(3);
  const tool = (): Trouble => ({
    kind: 'tool',
    tool: dice.pick(hosted === 'nothing' ? (['poster', 'finish', 'describe', 'animate', 'merge', 'purge'] as const) : (['frame', 'conform', 'finish', 'purge'] as const)),
    how: dice.choose([4, 'transient'], [1, 'for good'], [1, 'unknown']),
    times,
  });
  if (hosted === 'nothing') return tool();
  return dice.choose<() => Trouble>(
    [5, () => ({ kind: 'prediction', vision: hosted === 'all' && dice.chance(0.3), what: drawPrediction(dice), ...(dice.chance(0.3) ? { times: 2 + dice.below(3) } : {}) })],
    [5, () => ({ kind: 'call', call: dice.choose([5, 'create'], [1, 'get'], [2, 'list'], [1, 'upload'], [1, 'cancel'], [1, 'download']), how: dice.pick(['reset', 'lost', 'lost', 'broken', 'hangs', 'hangs late'] as const), times })],
    [1, () => ({ kind: 'busy', times, seconds: dice.pick([2, 10]) })],
    [1, tool],
  )();
}

const drawPrediction = (dice: Dice) =>
  dice.choose([4, 'interrupted'], [1, 'fails'], [1, 'refused'], [2, 'never ends'], [2, 'late'], [1, 'no webhook'], [1, 'many webhooks'], [1, 'late start webhook'], [1, 'empty'], [1, 'missing']);
