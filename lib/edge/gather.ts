/**
 * Sends items in few calls: those that come while a call is under way go together in the next. Each caller learns what
 * became of the call its item was in.
 */
export function gather<Item>(most: number, send: (items: Item[]) => Promise<void>): (item: Item) => Promise<void> {
  type Waiting = { item: Item; resolve: () => void; reject: (error: unknown) => void };
  let waiting: Waiting[] = [];
  let sending = false;

  async function run(): Promise<void> {
    sending = true;
    // Those of the same moment are of the first call already.
    await Promise.resolve();
    while (waiting.length > 0) {
      const batch = waiting.slice(0, most);
      waiting = waiting.slice(most);
      await send([...new Set(batch.map(({ item }) => item))]).then(
        () => batch.forEach(({ resolve }) => resolve()),
        (error: unknown) => batch.forEach(({ reject }) => reject(error)),
      );
    }
    sending = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!sending) void run();
    });
}
