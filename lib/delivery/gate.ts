/** Lets a call for `key` work when it is its turn. */
export type Gate = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/**
 * Lets at most `places` calls work at a time, of each key no more than `each`. Those that wait take turns by key, in
 * order within one: who asks for much waits for itself, and holds up nobody else.
 */
export function makeGate(places: number, each = places): Gate {
  let free = places;
  const inside = new Map<string, number>();
  /** Keys in the order of their turns. */
  const waiting = new Map<string, Array<() => void>>();

  function admit(): void {
    for (const [key, calls] of waiting) {
      if (free === 0) return;
      const at = inside.get(key) ?? 0;
      if (at >= each) continue;
      free -= 1;
      inside.set(key, at + 1);
      waiting.delete(key);
      const next = calls.shift()!;
      if (calls.length > 0) waiting.set(key, calls); // behind the others
      next();
    }
  }

  function leave(key: string): void {
    free += 1;
    const left = inside.get(key)! - 1;
    if (left > 0) inside.set(key, left);
    else inside.delete(key);
    admit();
  }

  return async (key, work) => {
    await new Promise<void>((resolve) => {
      const calls = waiting.get(key);
      if (calls) calls.push(resolve);
      else waiting.set(key, [resolve]);
      admit();
    });
    try {
      return await work();
    } finally {
      leave(key);
    }
  };
}
