const running = new Map<string, Promise<unknown>>();

/** Runs `work` for a key once at a time in this process: whoever asks meanwhile gets the same result. */
export function coalesce<T>(key: string, work: () => Promise<T>): Promise<T> {
  const found = running.get(key) as Promise<T> | undefined;
  if (found) return found;
  const promise = work().finally(() => running.delete(key));
  running.set(key, promise);
  return promise;
}
