const { env } = process;

/** `CRASH_KILLS=20` is enough to see whether something works; 200 are the claim. */
export const KILLS = Number(env.CRASH_KILLS ?? 200);
/** `CRASH_SEED` replays the choices of an earlier run. Every process of a run reads the one that the first has drawn. */
export const SEED = Number((env.CRASH_SEED ??= String(Math.floor(Math.random() * 2 ** 31))));
