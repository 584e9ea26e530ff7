import { serve } from 'inngest/edge';
import type { Inngest } from 'inngest';
import { syncFunctions } from '../../engine/protocol';
import { contractFunctions, type Settings } from '../functions';
import { ProtocolLog, type Handler } from '../protocol-log';
import { TaggedRecorders } from '../recorder';
import type { Expected } from '../rules';

export interface RunView {
  id: string;
  /** In the words of Inngest's REST API: Running, Completed, Failed, Cancelled. */
  status: string;
  output: unknown;
}

export interface Limits {
  /** A run that has not ended by then is given up. */
  endMs: number;
  /** How long something is waited for that need not come. */
  settleMs: number;
  /** An event that wakes a wait is sent again after this: a server may take a moment to register the wait. */
  resendMs: number;
  /** Between two looks at what is on record here, and at what the executor has. */
  lookMs: number;
  readMs: number;
}

/** An executor under test, with what also exists around a real server and nothing else. */
export interface World {
  app: App;
  expected: Expected;
  limits: Limits;
  /** Runs that an event started, as the executor's own records have them. */
  runsOf(eventId: string): Promise<RunView[]>;
  /** Puts other code behind the same functions, as a deployment does. */
  deploy(settings: Partial<Settings>): Promise<void>;
  /** Brings the schedule's moment nearer; where the clock is nobody's to move it is waited for. */
  passTime(ms: number): void;
  /** Whether a wait is given an event that came after the run began and before the wait did (docs/inngest.md, "Differences"). */
  looksBack: boolean;
  /** Undefined when no schedule is to be waited for. */
  scheduleMs: number | undefined;
  close(): Promise<void>;
}

/** The contract's functions behind the SDK's handler, with everything about them on record. */
export interface App {
  client: Inngest;
  recorders: TaggedRecorders;
  log: ProtocolLog;
  handler: Handler;
  deploy(settings: Partial<Settings>): void;
}

export function makeApp(client: Inngest, settings: Partial<Settings>, serveOrigin?: string): App {
  const recorders = new TaggedRecorders();
  const log = new ProtocolLog();
  let current: Handler;
  const app: App = {
    client,
    recorders,
    log,
    handler: log.wrap((req) => current(req)),
    deploy(changed) {
      const functions = contractFunctions(client, recorders, { ...settings, ...changed });
      current = serve({ client, functions, servePath: '/api/inngest', serveOrigin });
    },
  };
  app.deploy({});
  return app;
}

/**
 * How often functions may be tried that say so: the SDK tells a server the retries (`steps.step.retries.attempts`). What
 * it is otherwise the server decides: the SDK specification says 3 retries, Inngest's documentation 4.
 */
export async function readMaxAttempts(app: App, signingKey: string): Promise<Expected['maxAttempts']> {
  const configs = (await syncFunctions({ handler: app.handler, signingKey, appUrl: 'http://app.invalid' })) as {
    id: string;
    steps: Record<string, { retries?: { attempts?: number } }>;
  }[];
  const retries = new Map(configs.map(({ id, steps }) => [id, Object.values(steps)[0]?.retries?.attempts]));
  return (fnId) => {
    const known = retries.get(fnId);
    return known === undefined ? undefined : known + 1;
  };
}

export const silent = { info() {}, warn() {}, error() {}, debug() {} };
