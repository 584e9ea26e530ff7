export interface Dice {
  /** 0 … n-1 */
  below(n: number): number;
  /** True once in n. */
  oneIn(n: number): boolean;
  pick<T>(list: readonly T[]): T;
}

/** mulberry32, one sequence for each name: the same seed, the same choices, whoever is served first. */
export function makeDice(seed: number, name: string): Dice {
  let state = [...name].reduce((hash, char) => Math.imul(hash ^ char.charCodeAt(0), 0x01000193), seed | 0);
  const below = (n: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * n);
  };
  return { below, oneIn: (n) => below(n) === 0, pick: (list) => list[below(list.length)]! };
}
