import type { Clock } from './clock';
import type { Database } from './database/database';
import type { HotEmbeds } from './delivery/hot-embeds';
import type { Edge } from './edge/edge';
import type { Env } from './env';
import type { Bus } from './events/bus';
import type { MotionProvider, PromptProvider } from './generation/providers';
import type { ReplicateApi } from './generation/replicate/replicate-api';
import type { Media } from './generation/media';
import type { Log } from './log';
import type { BlockCache } from './storage/block-cache';
import type { Storage } from './storage/storage';

/** Everything a use case may touch. One per process; tests make their own. */
export interface Runtime {
  env: Env;
  log: Log;
  clock: Clock;
  db: Database;
  bus: Bus;
  storage: Storage;
  /** Null when no cache stands in front. */
  edge: Edge | null;
  motion: MotionProvider;
  prompts: PromptProvider;
  media: Media;
  /** Null without a token: no hosted model is used. */
  replicate: ReplicateApi | null;
  /** What this process remembers of hot embeds and their bytes. */
  hot: { embeds: HotEmbeds; blocks: BlockCache };
  /** Signs session cookies. */
  secret: string;
  /** Hands durable events to the engine (embedded or an Inngest server). Resolves once they are stored there. */
  sendEvents(events: Array<{ id: string; name: string; data: Record<string, unknown> }>): Promise<void>;
}

// Bundlers duplicate modules, so the one runtime hangs on globalThis (facts, "One process").
const KEY = Symbol.for('motioness.runtime');
const INNGEST = Symbol.for('motioness.inngest');
type Handler = (req: Request) => Promise<Response>;
const slot = globalThis as unknown as { [KEY]?: Runtime; [INNGEST]?: Handler | null };

export function setRuntime(runtime: Runtime | undefined): void {
  slot[KEY] = runtime;
}

/** What answers `/api/inngest`; null where the embedded engine runs the functions and outsiders must not. */
export function setInngestHandler(handler: Handler | null): void {
  slot[INNGEST] = handler;
}

export function inngestHandler(): Handler | null {
  return slot[INNGEST] ?? null;
}

/** The process's runtime. @throws when boot has not finished. */
export function runtime(): Runtime {
  const found = slot[KEY];
  if (!found) throw new Error('the runtime is not booted');
  return found;
}
