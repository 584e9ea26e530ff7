const running = new Map<string, Promise<unknown>>();

/** Runs `work` for a key once at a time in this process: whoever asks meanwhile gets the same result. */
export function coalesce<T>(key: string, work: () => Promise<T>): Promise<T> {
  const found = running.get(key) as Promise<T> | undefined;
  if (found) return found;
  const promise = work().finally(() => running.delete(key));
  running.set(key, promise);
  return promise;
}

/** Lets at most `places` calls work at a time; the others wait in order. */
export function makeGate(places: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = places;
  const waiting: Array<() => void> = [];
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}
