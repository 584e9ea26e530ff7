import type { Settings } from '../functions';
import type { Limits } from './world';

export interface ServerSettings {
  /** `INNGEST_DEV`, `INNGEST_BASE_URL`, `INNGEST_EVENT_KEY`, `INNGEST_SIGNING_KEY`, as the product reads them. */
  env: Record<string, string | undefined>;
  listen: { host: string; port: number };
  /** Where the server finds us, when that is not 127.0.0.1. */
  publicUrl?: string;
  functions: Partial<Settings>;
  limits: Limits;
  toleranceMs: number;
  looksBack: boolean;
  scheduleMs: number | undefined;
  passTime?(ms: number): void;
}

/** The server that the environment names, or undefined. Times are a real server's: it backs off slowly, and answers from a cache. */
export function serverSettings(env: Record<string, string | undefined>): ServerSettings | undefined {
  if (!env.INNGEST_DEV && !env.INNGEST_BASE_URL && !env.INNGEST_SIGNING_KEY) return undefined;
  const withSchedule = env.CONTRACT_CRON === '1';
  return {
    env,
    listen: { host: env.CONTRACT_HOST ?? '127.0.0.1', port: Number(env.CONTRACT_PORT ?? 0) },
    publicUrl: env.CONTRACT_SERVE_URL,
    functions: { finish: '5s', schedule: withSchedule ? '* * * * *' : null },
    limits: { endMs: Number(env.CONTRACT_TIMEOUT_MS ?? 300_000), settleMs: Number(env.CONTRACT_SETTLE_MS ?? 5_000), resendMs: 3_000, lookMs: 50, readMs: 1_000 },
    toleranceMs: Number(env.CONTRACT_TOLERANCE_MS ?? 1_000),
    looksBack: false,
    scheduleMs: withSchedule ? 60_000 : undefined,
  };
}
