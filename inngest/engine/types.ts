/** What the engine is given and what it gives back. Nothing here knows the product. */
import type { PrismaClient } from '../../lib/generated/prisma/client';

export interface EventPayload {
  name: string;
  data?: unknown;
  /** De-duplicates: the same id within 24 hours is accepted and does nothing. */
  id?: string;
  ts?: number;
  v?: string;
  meta?: unknown;
}

export interface EngineLog {
  info(obj: object, msg: string): void;
  warn(obj: object, msg: string): void;
  error(obj: object, msg: string): void;
}

export interface EngineOptions {
  /** PGlite or PostgreSQL behind a driver adapter, with migration 0002_engine applied. */
  db: PrismaClient;
  /** The `serve()` handler of `inngest/edge`. */
  handler: (req: Request) => Promise<Response>;
  signingKey: string;
  /** Forms the request's URL and host header; nothing is fetched from it. */
  appUrl: string;
  clock?: { now(): number };
  log: EngineLog;
  /** Names this process in leases; must differ between live processes. */
  owner?: string;
  /** How many runs execute at once in this process. */
  concurrency?: number;
  notify?: Notify;
  /** True on PGlite: whatever is leased at boot belongs to a dead process and is freed at once. */
  soleOwner?: boolean;
  /** A dead process's runs are free after this. */
  leaseMs?: number;
  pollMs?: number;
  /** How long `stop()` waits for calls in flight. */
  stopMs?: number;
  /** Delay before the given attempt (1 = first retry). */
  backoff?: (attempt: number) => number;
  /** Finished runs are deleted after this. Events are kept for 24 hours at least, for de-duplication. */
  retentionMs?: number;
}

/** Wake-ups between processes. Losing one costs a poll interval, never work. */
export interface Notify {
  publish(channel: string): Promise<void>;
  subscribe(channel: string, cb: () => void): () => void;
}

export interface Engine {
  /** @throws EngineStartError when the handler refuses the signing key or a function asks for what is not supported. */
  start(): Promise<void>;
  /** Durable: events and the runs they start are inserted, in one statement, before it resolves. */
  send(events: EventPayload[]): Promise<{ ids: string[] }>;
  stop(): Promise<void>;
  /** Resolves when nothing is runnable at the clock's present. For tests. */
  idle(): Promise<void>;
  /** Cancels unfinished runs; what they have in flight can no longer commit. */
  cancel(runIds: string[]): Promise<string[]>;
  fetch: typeof fetch;
}

export class EngineStartError extends Error {
  override name = 'EngineStartError';
}

export class EventError extends Error {
  override name = 'EventError';
}
