/** Events: taking them, and what they do to runs that are already there. */
import { compileExpression, holds, type Expression } from './expressions';
import { canonicalJson } from './json';
import { planRuns, prepareEvent, seededId, type PreparedEvent } from './plan-runs';
import { isTriggered, type ServedFunction } from './registry';
import type { Ending } from './run-owner';
import type { StepRow } from './store/claim';
import { finishRun } from './store/commit';
import * as deliver from './store/deliver';
import { ingest, type NewEvent, type NewRun } from './store/ingest';
import { EventError, type EngineLog, type EventPayload } from './types';
import type { PrismaClient } from '../../lib/generated/prisma/client';

export interface DispatcherContext {
  db: PrismaClient;
  log: EngineLog;
  functions(): ReadonlyMap<string, ServedFunction>;
  now(): number;
  /** New runs are queued. */
  queued(): void;
  /** Something from outside reached these runs. */
  reached(runIds: string[]): void;
  /** These runs ended without their owner. */
  endedByForce(runIds: string[]): void;
}

interface Delivery {
  seq: number;
  name: string;
  payload: string;
  value: unknown;
  receivedAt: number;
}

/** An undelivered event this old was not left by a process that is still at it. */
const undispatchedAfterMs = 5000;

export class Dispatcher {
  private readonly background = new Set<Promise<void>>();

  constructor(private readonly ctx: DispatcherContext) {}

  /**
   * Inserts events and the runs they start; resolves when they are durable. `seed` makes the ids of events that have
   * none, so that the same request sent again is de-duplicated.
   * @throws EventError for an event Inngest would refuse; then none is inserted.
   */
  async send(events: EventPayload[], seed?: string): Promise<{ ids: string[] }> {
    const now = this.ctx.now();
    const prepared = events.map((event, index) => {
      if (typeof event?.name === 'string' && event.name.startsWith('inngest/')) throw new EventError(`event name "${event.name}" is reserved`);
      return prepareEvent(event, now, seed && seededId(seed, index));
    });
    await this.insert(prepared, now);
    return { ids: prepared.map((event) => event.id) };
  }

  /** Starts one function by its schedule, once for each moment. */
  async fire(fn: ServedFunction, cron: string, at: number, runOf: (event: PreparedEvent) => NewRun): Promise<void> {
    const event = prepareEvent({ name: 'inngest/scheduled.timer', data: { cron }, ts: at }, at, `cron:${fn.id}:${cron}:${at}`);
    await this.insert([event], this.ctx.now(), [runOf(event)]);
  }

  private async insert(prepared: PreparedEvent[], now: number, extra: NewRun[] = []): Promise<void> {
    const unique = [...new Map(prepared.toReversed().map((event) => [event.id, event])).values()].reverse();
    const runs = [...unique.flatMap((event) => planRuns(this.ctx.functions().values(), event, now)), ...extra];
    const rows = unique.map(({ id, name, payload }) => ({ id, name, payload }));
    const inserted = await ingest(this.ctx.db, rows, runs, now);
    if (runs.length > 0 && inserted.length > 0) this.ctx.queued();
    const byId = new Map(unique.map((event) => [event.id, event]));
    this.deliverLater(
      inserted.flatMap(({ id, seq }) => {
        const event = byId.get(id);
        return event ? [{ seq, name: event.name, payload: event.payload, value: event.value, receivedAt: now }] : [];
      }),
    );
  }

  /** Delivers what a finished run emitted. */
  emitted(events: NewEvent[], inserted: string | null): void {
    if (!inserted) return;
    const seqs = new Map((JSON.parse(inserted) as { id: string; seq: number }[]).map(({ id, seq }) => [id, seq]));
    this.deliverLater(
      events.flatMap((event) => {
        const seq = seqs.get(event.id);
        return seq === undefined ? [] : [{ ...event, seq, value: JSON.parse(event.payload), receivedAt: this.ctx.now() }];
      }),
    );
  }

  /** Delivers what a dead process left. */
  async recover(everything = false): Promise<void> {
    const now = this.ctx.now();
    const left = await deliver.findUndispatched(this.ctx.db, everything ? now : now - undispatchedAfterMs);
    await this.deliver(left.map((row) => ({ ...row, value: JSON.parse(row.payload), receivedAt: row.received_at })));
  }

  /** Deliveries under way. */
  get busy(): Promise<void>[] {
    return [...this.background];
  }

  private deliverLater(events: Delivery[]): void {
    if (events.length === 0) return;
    const work = this.deliver(events).catch((error: unknown) => {
      this.ctx.log.error({ err: error, events: events.map((event) => event.name) }, 'delivery failed; it is tried again');
    });
    this.background.add(work);
    void work.then(() => this.background.delete(work));
  }

  private async deliver(events: Delivery[]): Promise<void> {
    if (events.length === 0) return;
    const { db } = this.ctx;
    const seqs = events.map((event) => event.seq);
    const cancelling = events.filter((event) => this.cancelledBy(event.name).length > 0);
    const last = cancelling.length === 0;
    const waits = await deliver.findWaits(db, [...new Set(events.map((event) => event.name))], seqs, last);
    if (last && waits.length === 0) return;
    const matches: deliver.WaitMatch[] = [];
    for (const wait of waits) {
      const event = events.find((candidate) => candidate.name === wait.wait_event && this.meets(wait, candidate));
      if (event) matches.push({ run_id: wait.run_id, step_id: wait.step_id, payload: event.payload, seq: event.seq });
    }
    const reached = await deliver.resolveWaits(db, matches, this.ctx.now());
    if (reached.length > 0) this.ctx.reached(reached);
    for (const event of cancelling) await this.cancelOn(event);
    await deliver.markDispatched(db, seqs);
  }

  private cancelledBy(name: string): ServedFunction[] {
    return [...this.ctx.functions().values()].filter((fn) => fn.cancelOn.some((cancel) => cancel.event === name));
  }

  private meets(wait: deliver.Wait, event: Delivery): boolean {
    if (wait.due_at !== null && wait.due_at < event.receivedAt) return false;
    return !wait.wait_if || holds(expressionOf(wait.wait_if), { event: JSON.parse(wait.event), async: event.value });
  }

  /** Ends waits that were registered after their event had come. */
  async lookBack(runId: string, runEvent: string, waits: StepRow[]): Promise<boolean> {
    const scope = JSON.parse(runEvent) as unknown;
    const matches: deliver.WaitMatch[] = [];
    for (const wait of waits) {
      if (!wait.wait_event) continue;
      const candidates = await deliver.eventsBefore(this.ctx.db, runId, wait.wait_event);
      const found = candidates.find((event) => !wait.wait_if || holds(expressionOf(wait.wait_if), { event: scope, async: JSON.parse(event.payload) }));
      if (found) matches.push({ run_id: runId, step_id: wait.id, payload: found.payload, seq: found.seq });
    }
    return (await deliver.resolveWaits(this.ctx.db, matches, this.ctx.now())).length > 0;
  }

  private async cancelOn(event: Delivery): Promise<void> {
    const concerned = this.cancelledBy(event.name).map((fn) => fn.id);
    const live = await deliver.findLiveRuns(this.ctx.db, concerned, event.receivedAt);
    const hit = live.filter((run) => {
      const scope = { event: JSON.parse(run.event) as { id?: string }, async: event.value };
      if (run.event === event.payload) return false; // the event that started it
      return this.ctx.functions().get(run.function_id)?.cancelOn.some((cancel) => {
        const inTime = cancel.timeoutMs === undefined || event.receivedAt <= run.created_at + cancel.timeoutMs;
        return cancel.event === event.name && inTime && (!cancel.expression || holds(cancel.expression, scope));
      });
    });
    await this.cancel(hit, `cancelled by event ${event.name}`);
  }

  /** Ends runs whoever owns them; answers those that were still going. */
  async cancel(runs: deliver.LiveRun[], why: string): Promise<string[]> {
    const ended: string[] = [];
    for (const run of runs) {
      const ending: Ending = { status: 'cancelled', error: { name: 'RunCancelled', message: why } };
      const { events, runs: started } = this.lifecycle(run, ending);
      const now = this.ctx.now();
      const finish = { runId: run.id, fence: null, status: ending.status, now, output: null, error: canonicalJson(ending.error), events, runs: started };
      const outcome = await finishRun(this.ctx.db, finish);
      if (!outcome) continue;
      ended.push(run.id);
      if (outcome.parent) this.ctx.reached([outcome.parent]);
      this.emitted(events, outcome.events);
    }
    if (ended.length > 0) this.ctx.endedByForce(ended);
    return ended;
  }

  /** Cancels runs past their function's timeouts. */
  async cancelOverdue(): Promise<void> {
    if (![...this.ctx.functions().values()].some((fn) => fn.startMs !== undefined || fn.finishMs !== undefined)) return;
    await this.cancel(await deliver.findOverdue(this.ctx.db, this.ctx.now()), 'timed out');
  }

  /** `inngest/function.failed` and its like, with the runs they start: an onFailure handler is a function on the first. */
  lifecycle(run: { id: string; function_id: string; event: string }, ending: Ending): { events: NewEvent[]; runs: NewRun[] } {
    const now = this.ctx.now();
    const event = JSON.parse(run.event) as unknown;
    const about = { event, events: [event], function_id: run.function_id, run_id: run.id };
    const bodies: EventPayload[] = [];
    if (ending.status !== 'completed') {
      const data = { ...about, error: { error: String(ending.error.message), stack: '', ...ending.error } };
      bodies.push({ name: `inngest/function.${ending.status}`, id: `${run.id}:${ending.status}`, data });
    }
    const finished: EventPayload = {
      name: 'inngest/function.finished',
      id: `${run.id}:finished`,
      data: { ...about, ...(ending.status === 'completed' ? { result: ending.output } : { error: ending.error }) },
    };
    // Only where somebody listens: it would be a row for each run.
    if ([...this.ctx.functions().values()].some((fn) => isTriggered(fn, finished.name, finished))) bodies.push(finished);
    const prepared = bodies.map((body) => prepareEvent(body, now));
    return {
      events: prepared.map(({ id, name, payload }) => ({ id, name, payload })),
      runs: prepared.flatMap((body) => planRuns(this.ctx.functions().values(), body, now)),
    };
  }
}

const compiled = new Map<string, Expression>();

/** Expressions of waits come from step options, many times the same. One that is not CEL never holds. */
function expressionOf(source: string): Expression {
  let expression = compiled.get(source);
  if (!expression) {
    try {
      expression = compileExpression(source);
    } catch {
      expression = () => false;
    }
    if (compiled.size > 500) compiled.clear();
    compiled.set(source, expression);
  }
  return expression;
}
