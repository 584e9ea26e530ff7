// One process of the simulation: plays the histories that `simulate` hands to it, and shortens the one that fails.
import { drawHistory } from '../draw/draw-history';
import { openGround } from '../database/open';
import type { History } from '../history';
import { playHistory } from '../play-history';
import { tally } from '../tally';
import { shrink } from './shrink';

/** How many histories share the tables before they are emptied. */
const WIPE_EVERY = 60;
const SHRINK_MS = 90_000;

export type ToShard = { seed: string; numbers: number[] };
export type FromShard = { ready: true } | { played: number; figures: Record<string, number> } | { failure: Failure };

export interface Failure {
  number: number;
  rule: string;
  text: string;
  shortest: History;
  shortestText: string;
}

const ground = await openGround(process.env.SIM_DATABASE_URL || undefined);
const send = (message: FromShard) => process.send!(message);
let played = 0;

async function play(seed: string, number: number): Promise<boolean> {
  const history = drawHistory(seed, number);
  const name = `${process.pid}h${number}`;
  const { violation, sim } = await playHistory(ground, history, name);
  played += 1;
  if (violation) {
    const { rule, message: text } = violation;
    const again = async (candidate: History) => {
      await ground.wipe();
      return (await playHistory(ground, candidate, name)).violation;
    };
    const shortest = await shrink(history, async (candidate) => (await again(candidate))?.rule === rule, performance.now() + SHRINK_MS);
    send({ failure: { number, rule, text, shortest, shortestText: (await again(shortest))?.message ?? 'it does not fail every time' } });
    return false;
  }
  send({ played: 1, figures: tally(history, sim) });
  if (played % WIPE_EVERY === 0) await ground.wipe();
  return true;
}

process.on('message', ({ seed, numbers }: ToShard) => {
  void (async () => {
    for (const number of numbers) if (!(await play(seed, number))) return;
    send({ ready: true });
  })();
});
send({ ready: true });
