import { createHash } from 'node:crypto';

/** Seeded chance: the same words, the same throws. */
export interface Dice {
  /** 0 ≤ whole number < n. */
  below(n: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** By weight. */
  choose<const T>(...weighted: Array<readonly [weight: number, value: T]>): T;
}

/** sfc32 (Chris Doty-Humphrey), seeded with a hash of the words. */
export function diceOf(...words: Array<string | number>): Dice {
  const digest = createHash('sha256').update(words.join('\n')).digest();
  let [a, b, c, d] = [digest.readInt32LE(0), digest.readInt32LE(4), digest.readInt32LE(8), digest.readInt32LE(12)];
  const next = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    c |= 0;
    return (t >>> 0) / 4_294_967_296;
  };
  const below = (n: number) => Math.floor(next() * n);
  return {
    below,
    chance: (probability) => next() < probability,
    pick: (list) => list[below(list.length)]!,
    choose: (...weighted) => {
      let left = next() * weighted.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, value] of weighted) if ((left -= weight) < 0) return value;
      return weighted.at(-1)![1];
    },
  };
}
