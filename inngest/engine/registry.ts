/**
 * What the served functions declare (the SDK's in-band sync answer, `functionConfigSchema` of inngest 4.24), checked:
 * the SDK only declares these options, so one the engine would not enforce has to stop the start.
 */
import { Cron } from 'croner';
import { z } from 'zod';
import { parseDuration } from './durations';
import { compileExpression, holds, keyOf, type Expression } from './expressions';
import { EngineStartError } from './types';

export interface Limit {
  count: number;
  /** Shared by every run with the same key; prefixed by scope. */
  keyFor(event: unknown): string;
}

export interface ServedFunction {
  id: string;
  maxAttempts: number;
  triggers: { event: string; expression?: Expression }[];
  crons: string[];
  /** At most two, as Inngest; the second also holds what is shared beyond the function. */
  limits: [Limit | undefined, Limit | undefined];
  idempotencyKey?(event: unknown): string;
  /** Seconds by which a run is put forward. */
  priority(event: unknown): number;
  startMs?: number;
  finishMs?: number;
  cancelOn: { event: string; expression?: Expression; timeoutMs?: number }[];
}

const limitSchema = z.union([
  z.number(),
  z.strictObject({ limit: z.number(), key: z.string().optional(), scope: z.enum(['fn', 'env', 'account']).optional() }),
]);

const configSchema = z.object({
  id: z.string(),
  triggers: z.array(
    z.union([z.strictObject({ event: z.string(), expression: z.string().optional() }), z.object({ cron: z.string(), jitter: z.string().optional() })]),
  ),
  steps: z.record(z.string(), z.object({ retries: z.object({ attempts: z.number().optional() }).optional() }).loose()),
  idempotency: z.string().optional(),
  concurrency: z.union([limitSchema, z.array(limitSchema)]).optional(),
  priority: z.strictObject({ run: z.string().optional() }).optional(),
  timeouts: z.strictObject({ start: z.string().optional(), finish: z.string().optional() }).optional(),
  cancel: z.array(z.strictObject({ event: z.string(), if: z.string().optional(), timeout: z.string().optional() })).optional(),
});

const understood = new Set(['id', 'name', 'triggers', 'steps', 'idempotency', 'concurrency', 'priority', 'timeouts', 'cancel']);
const defaultRetries = 3;

/** @throws EngineStartError naming the function and the option. */
export function readFunctions(configs: unknown): Map<string, ServedFunction> {
  if (!Array.isArray(configs)) throw new EngineStartError('the handler did not list its functions');
  const served = new Map<string, ServedFunction>();
  for (const config of configs) {
    const fn = readFunction(config);
    served.set(fn.id, fn);
  }
  return served;
}

function readFunction(raw: unknown): ServedFunction {
  const id = typeof raw === 'object' && raw !== null && 'id' in raw ? String(raw.id) : '(no id)';
  const refuse = (option: string, why: string): never => {
    throw new EngineStartError(`function "${id}": option "${option}" ${why}`);
  };
  for (const option of Object.keys(raw as object)) {
    if (!understood.has(option)) refuse(option, 'is not supported by the embedded engine');
  }
  const parsed = configSchema.safeParse(raw);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return refuse(String(issue?.path[0] ?? 'config'), `is not as expected: ${issue?.message}`);
  }
  const config = parsed.data;
  const compile = (option: string, source: string): Expression => {
    try {
      return compileExpression(source);
    } catch (error) {
      return refuse(option, `is not a valid expression (${source}): ${String(error)}`);
    }
  };
  const duration = (option: string, text: string): number => parseDuration(text) ?? refuse(option, `is not a duration: ${text}`);

  const triggers: ServedFunction['triggers'] = [];
  const crons: string[] = [];
  for (const trigger of config.triggers) {
    if ('cron' in trigger) {
      if (trigger.jitter) refuse('cron.jitter', 'is not supported by the embedded engine');
      try {
        nextCron(trigger.cron, Date.now());
      } catch (error) {
        refuse('cron', `is not a schedule (${trigger.cron}): ${String(error)}`);
      }
      crons.push(trigger.cron);
    } else {
      triggers.push({ event: trigger.event, expression: trigger.expression ? compile('triggers.if', trigger.expression) : undefined });
    }
  }

  const limits: ServedFunction['limits'] = [undefined, undefined];
  const declared = config.concurrency === undefined ? [] : Array.isArray(config.concurrency) ? config.concurrency : [config.concurrency];
  for (const entry of declared) {
    const { limit, key, scope = 'fn' } = typeof entry === 'number' ? { limit: entry, key: undefined } : entry;
    if (limit === 0 && !key) continue; // Inngest: no limit of its own
    if (!Number.isInteger(limit) || limit < 1) refuse('concurrency', `needs a limit of at least 1, not ${limit}`);
    if (scope !== 'fn' && !key) refuse('concurrency', `of scope "${scope}" needs a key`);
    const expression = key ? compile('concurrency.key', key) : undefined;
    const prefix = scope === 'fn' ? `fn:${id}` : `${scope}:${key}`;
    const index = scope === 'fn' && !limits[0] ? 0 : 1;
    if (limits[index]) refuse('concurrency', 'has more limits than are supported (two, of which one beyond the function)');
    limits[index] = { count: limit, keyFor: (event) => (expression ? `${prefix}:${keyOf(expression, event)}` : prefix) };
  }

  const idempotency = config.idempotency ? compile('idempotency', config.idempotency) : undefined;
  const priority = config.priority?.run ? compile('priority.run', config.priority.run) : undefined;
  const retries = Object.values(config.steps)[0]?.retries?.attempts ?? defaultRetries;
  return {
    id,
    maxAttempts: retries + 1,
    triggers,
    crons,
    limits,
    idempotencyKey: idempotency && ((event) => keyOf(idempotency, event)),
    priority: (event) => clampPriority(priority, event),
    startMs: config.timeouts?.start ? duration('timeouts.start', config.timeouts.start) : undefined,
    finishMs: config.timeouts?.finish ? duration('timeouts.finish', config.timeouts.finish) : undefined,
    cancelOn: (config.cancel ?? []).map((cancel) => ({
      event: cancel.event,
      expression: cancel.if ? compile('cancelOn.if', cancel.if) : undefined,
      timeoutMs: cancel.timeout ? duration('cancelOn.timeout', cancel.timeout) : undefined,
    })),
  };
}

/** Inngest allows 600 s either way; an expression that fails is no priority. */
function clampPriority(expression: Expression | undefined, event: unknown): number {
  if (!expression) return 0;
  try {
    const seconds = Number(expression({ event }));
    return Number.isFinite(seconds) ? Math.max(-600, Math.min(600, seconds)) : 0;
  } catch {
    return 0;
  }
}

/** Whether an event starts a run of this function; names may end in `*`, as in Inngest. */
export function isTriggered(fn: ServedFunction, name: string, event: unknown): boolean {
  return fn.triggers.some((t) => {
    const named = t.event.endsWith('*') ? name.startsWith(t.event.slice(0, -1)) : t.event === name;
    return named && (!t.expression || holds(t.expression, { event }));
  });
}

/** The next moment of a schedule such as `0 3 * * *` or `TZ=Europe/Paris 0 3 * * *`. @throws when it is not one. */
export function nextCron(schedule: string, afterMs: number): number {
  const zoned = /^(?:CRON_)?TZ=(\S+)\s+(.*)$/.exec(schedule.trim());
  const next = new Cron(zoned?.[2] ?? schedule, { timezone: zoned?.[1] ?? 'UTC', paused: true }).nextRun(new Date(afterMs));
  if (!next) throw new Error('it never fires');
  return next.getTime();
}
