/** Next calls this once, when the server starts. server.mjs waits for the slot this fills. */
export async function register(): Promise<void> {
  const slot = (globalThis as unknown as Record<symbol, { resolve(value: unknown): void; reject(error: unknown): void } | undefined>)[
    Symbol.for('motioness.boot')
  ];
  if (process.env.NEXT_RUNTIME !== 'nodejs' || !slot) return;
  const { boot } = await import('./lib/boot');
  await boot().then(slot.resolve, slot.reject);
}
