import { Inngest } from 'inngest';
import { runtime } from '@/lib/runtime';

interface Options {
  /** Where the client's calls go in embedded mode: straight into the engine. */
  fetch?: typeof fetch;
  eventKey?: string;
  signingKey?: string;
  baseUrl?: string;
  isDev?: boolean;
}

export const APP_ID = 'motioness';

/** The Inngest client of this process. Checkpointing stays off: renders run longer than it allows (facts, "Inngest"). */
export function makeClient(options: Options): Inngest {
  return new Inngest({ id: APP_ID, checkpointing: false, logger: sdkLogger(), ...options });
}

/** The SDK's log lines join ours. It calls every failed try an error; whether one is, the pipeline says itself. */
function sdkLogger() {
  const write = (level: 'debug' | 'warn') => (first: unknown, ...rest: unknown[]) => {
    const { err, ...about } = typeof first === 'object' && first !== null ? (first as { err?: unknown }) : {};
    runtime().log[level]({ err, inngest: about }, ['inngest:', typeof first === 'object' ? '' : first, ...rest].join(' '));
  };
  return { info: write('debug'), debug: write('debug'), warn: write('warn'), error: write('warn') };
}
