import type { RunLog } from '../protocol-log';

/** What the log alone does not tell. */
export interface Expected {
  /** The key calls are signed with; undefined for a dev server, which signs nothing. */
  signingKey?: string;
  /** Tries a function's retries allow; undefined for a function that does not say. */
  maxAttempts(fnId: string): number | undefined;
  /** How far the executor's clock may be from ours. */
  toleranceMs: number;
}

/** Says how a run breaks it, once for each time; nothing when it holds. */
export type Rule = (run: RunLog, expected: Expected) => string[];
