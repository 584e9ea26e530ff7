/** Wake-ups between parts and processes. Delivery is a hint: whoever is woken reads the database. */
export interface Bus {
  /** `payload` is small JSON text (< 4 kB). Never throws: a lost hint is made up for by the listener's own check. */
  publish(channel: string, payload?: string): void;
  /** Calls back for each hint until the returned function is called. */
  subscribe(channel: string, listener: (payload: string) => void): () => void;
  /** Whether hints of other processes reach this one now. */
  hearing(): boolean;
  close(): Promise<void>;
}

/** The bus of a single process. */
export function localBus(): Bus {
  const listeners = new Map<string, Set<(payload: string) => void>>();
  return {
    publish(channel, payload = '') {
      for (const listener of [...(listeners.get(channel) ?? [])]) listener(payload);
    },
    subscribe(channel, listener) {
      let set = listeners.get(channel);
      if (!set) listeners.set(channel, (set = new Set()));
      set.add(listener);
      return () => {
        set.delete(listener);
        if (set.size === 0 && listeners.get(channel) === set) listeners.delete(channel);
      };
    },
    hearing: () => true,
    async close() {
      listeners.clear();
    },
  };
}
