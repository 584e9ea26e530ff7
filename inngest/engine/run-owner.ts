import { applyOps, type Applied } from './apply-ops';
import { canonicalJson } from './json';
import { callFunction, errorObject, type Answer, type Wire } from './protocol';
import type { ServedFunction } from './registry';
import { RunState } from './run-state';
import { clearDirty, loadSteps, type ClaimedRun, type StepRow } from './store/claim';
import { commitSteps, finishRun, type StepWrite } from './store/commit';
import type { NewEvent, NewRun } from './store/ingest';
import type { EngineLog } from './types';
import type { PrismaClient } from '../../lib/generated/prisma/client';

export type Ending = { status: 'completed'; output: unknown } | { status: 'failed' | 'cancelled'; error: Record<string, unknown> };

/** What a run's owner needs of its engine. */
export interface OwnerContext {
  db: PrismaClient;
  wire: Wire;
  functions: ReadonlyMap<string, ServedFunction>;
  log: EngineLog;
  leaseMs: number;
  now(): number;
  stopping(): boolean;
  backoff(attempt: number): number;
  /** The run is free again and wants to be looked at then. */
  released(wakeAt: number | null): void;
  /** Events (and the runs they start) that a run's end emits. */
  lifecycle(run: { id: string; function_id: string; event: string }, ending: Ending): { events: NewEvent[]; runs: NewRun[] };
  ended(runId: string, outcome: { parent: string | null; events: string | null }, emitted: NewEvent[]): void;
  /** Gives waits of this run the events they missed; true when one was there. */
  lookBack(runId: string, event: string, waits: StepWrite[]): Promise<boolean>;
}

/** A process that dies this often in the middle of the same step is taken to die of it. */
const maxTakeovers = 50;
const dbTries = 4;

/**
 * Works on one claimed run until it ends, has nothing to do for now, or the lease is lost: call the SDK, commit the
 * answer under the fencing token, go on. Between steps the lease is kept, so a step costs one call and one statement.
 */
export class RunOwner {
  /** Set by the heartbeat: something from outside reached the run. */
  dirty = false;
  private over = false;
  private discover = true;
  private discovering = false;
  private attempt: number;
  private retryAt: number | null;
  private readonly state = new RunState();
  private readonly calls = new Set<Promise<void>>();
  /** The end of the line of those that read or write the run's state, one at a time. */
  private line: Promise<unknown> = Promise.resolve();
  private wake: () => void = () => {};

  constructor(
    private readonly ctx: OwnerContext,
    readonly run: ClaimedRun,
    private readonly fn: ServedFunction,
  ) {
    this.attempt = run.attempt;
    this.retryAt = run.retry_at;
  }

  /** Looks again now. */
  poke(): void {
    this.wake();
  }

  /** Stops without writing: the run is another's, or has ended. Calls in flight are left to finish unheard. */
  abandon(): void {
    this.over = true;
    this.wake();
  }

  async drive(): Promise<void> {
    try {
      if (this.run.takeovers > maxTakeovers) {
        return await this.finish({ status: 'failed', error: { name: 'RunAbandoned', message: `the process died ${this.run.takeovers} times in the same step` } });
      }
      if (!this.run.fresh) await this.loadSteps();
      while (!this.over) await this.turn();
    } catch (error) {
      // The database did not answer. The lease runs out and the run is taken up from what is committed.
      this.over = true;
      this.ctx.log.error({ err: error, run: this.run.id, function: this.fn.id }, 'run left to its lease');
    }
  }

  private async turn(): Promise<void> {
    const poked = new Promise<void>((resolve) => (this.wake = resolve));
    await this.alone(() => this.look());
    if (this.over) return;
    const due = this.state.nextDue();
    let timer: NodeJS.Timeout | undefined;
    const timeout =
      due === null
        ? []
        : [new Promise<void>((resolve) => (timer = setTimeout(resolve, Math.max(1, Math.min(due - this.ctx.now(), 1000))).unref()))];
    await Promise.race([...this.calls, poked, ...timeout]);
    clearTimeout(timer);
  }

  /**
   * Calls carry what the database has, in its order, and nothing else: so they begin between writes, never during one.
   * What memory alone knew would be told otherwise by whoever takes the run up next.
   */
  private alone(work: () => Promise<void>): Promise<void> {
    const done = this.line.then(() => (this.over ? undefined : work()));
    this.line = done.catch(() => {});
    return done;
  }

  /** Takes in what came from outside and what time brought, and starts what can be called; gives the run back when that is nothing. */
  private async look(): Promise<void> {
    const { ctx, state } = this;
    if (this.dirty) await this.reload();
    if (!this.over) await this.settleDue();
    if (this.over) return;
    const now = ctx.now();
    if (!ctx.stopping()) {
      for (const row of state.callable(now)) this.track(this.callStep(row));
      if (this.canDiscover(now)) this.track(this.callDiscovery());
    }
    if (this.calls.size === 0) await this.commit([], false);
  }

  private canDiscover(now: number): boolean {
    return this.discover && !this.discovering && (this.retryAt ?? 0) <= now;
  }

  private track(call: Promise<void>): void {
    const tracked = call.catch((error: unknown) => {
      this.abandon();
      this.ctx.log.error({ err: error, run: this.run.id, function: this.fn.id }, 'run left to its lease');
    });
    this.calls.add(tracked);
    void tracked.then(() => this.calls.delete(tracked));
  }

  private call(stepId: string, attempt: number): Promise<Answer> {
    const { state, run, fn, ctx } = this;
    return callFunction(
      ctx.wire,
      {
        functionId: fn.id,
        stepId,
        runId: run.id,
        event: run.event,
        memo: state.memo,
        stack: state.stack,
        attempt,
        maxAttempts: fn.maxAttempts,
        planOnly: state.pending.size > 0,
      },
      () => ctx.now(),
    );
  }

  private async callDiscovery(): Promise<void> {
    this.discover = false;
    this.discovering = true;
    const answer = await this.call('step', this.attempt);
    await this.alone(() => this.discovered(answer));
  }

  private async discovered(answer: Answer): Promise<void> {
    this.discovering = false;
    const lastAttempt = this.attempt + 1 >= this.fn.maxAttempts;
    switch (answer.kind) {
      case 'result':
        return this.finish({ status: 'completed', output: answer.output });
      case 'malformed':
        return this.finish({ status: 'failed', error: { name: 'ProtocolError', message: `the handler answered with ${answer.reason}` } });
      case 'error':
        if (!answer.retriable || lastAttempt) return this.finish({ status: 'failed', error: errorObject(answer.error) });
        return this.retryDiscovery(answer.retryAt);
      case 'ops': {
        const applied = this.apply(answer.ops, lastAttempt);
        if (applied.failure) return this.finish({ status: 'failed', error: applied.failure });
        if (applied.result) return this.finish({ status: 'completed', output: applied.result.output });
        if (applied.retry) return this.retryDiscovery(answer.retryAt);
        if (applied.steps.length === 0 && this.state.pending.size === 0 && !this.discover) {
          return this.finish({ status: 'failed', error: { name: 'ProtocolError', message: 'the handler named nothing to run or to wait for' } });
        }
        this.attempt = 0;
        this.retryAt = null;
        return this.take(applied);
      }
    }
  }

  private async callStep(row: StepRow): Promise<void> {
    this.state.inFlight.add(row.id);
    const answer = await this.call(row.id, row.attempt);
    await this.alone(() => this.stepAnswered(row, answer));
  }

  private async stepAnswered(row: StepRow, answer: Answer): Promise<void> {
    this.state.inFlight.delete(row.id);
    const lastAttempt = row.attempt + 1 >= this.fn.maxAttempts;
    const again = (retryAt: number | undefined): Promise<void> => {
      const attempt = row.attempt + 1;
      const next: StepWrite = { ...row, attempt, due_at: retryAt ?? this.ctx.now() + this.ctx.backoff(attempt) };
      this.state.pending.set(row.id, next);
      return this.commit([next], this.hasWork());
    };
    switch (answer.kind) {
      case 'result':
        return this.finish({ status: 'completed', output: answer.output });
      case 'malformed':
        return this.finish({ status: 'failed', error: { name: 'ProtocolError', message: `the handler answered with ${answer.reason}` } });
      case 'error':
        if (!answer.retriable || lastAttempt) return this.finish({ status: 'failed', error: errorObject(answer.error) });
        return again(answer.retryAt);
      case 'ops': {
        const applied = this.apply(answer.ops, lastAttempt);
        if (applied.failure) return this.finish({ status: 'failed', error: applied.failure });
        if (applied.retry) return again(answer.retryAt);
        if (!applied.steps.some((step) => step.id === row.id && (step.status === 'done' || step.status === 'failed'))) {
          return this.finish({ status: 'failed', error: { name: 'ProtocolError', message: `the handler was asked for step "${row.name}" and did not run it` } });
        }
        return this.take(applied);
      }
    }
  }

  private apply(ops: Parameters<typeof applyOps>[0], lastAttempt: boolean): Applied {
    const { ctx, run, state } = this;
    return applyOps(ops, { runId: run.id, state, functions: ctx.functions, now: ctx.now(), lastAttempt });
  }

  private retryDiscovery(retryAt: number | undefined): Promise<void> {
    this.attempt += 1;
    this.retryAt = retryAt ?? this.ctx.now() + this.ctx.backoff(this.attempt);
    this.discover = true;
    return this.commit([], this.hasWork());
  }

  /** Commits what an answer said and takes it into memory. */
  private async take(applied: Applied): Promise<void> {
    const ended = applied.steps.filter((row) => row.status === 'done' || row.status === 'failed');
    const waits = applied.steps.filter((row) => row.status === 'waiting');
    for (const row of applied.steps) this.state.pending.set(row.id, row);
    for (const row of ended) this.state.pending.delete(row.id);
    if (ended.length > 0) this.discover = true;
    // A wait is looked back for under the lease, so that a crash in between is made good by whoever takes over.
    await this.commit(applied.steps, this.hasWork() || waits.length > 0, applied.events, applied.runs);
    await this.settle(ended);
    if (applied.runs.length > 0) this.ctx.released(this.ctx.now());
    if (!this.over && waits.length > 0 && (await this.ctx.lookBack(this.run.id, this.run.event, waits))) this.dirty = true;
  }

  /** Whether this process should keep the run: a call of it besides the one that asks is in flight, or could start now. */
  private hasWork(): boolean {
    const now = this.ctx.now();
    const due = this.state.nextDue();
    return this.calls.size > 1 || this.canDiscover(now) || this.state.callable(now).length > 0 || (due !== null && due <= now);
  }

  private async commit(steps: StepWrite[], keep: boolean, events: NewEvent[] = [], runs: NewRun[] = []): Promise<void> {
    const { ctx, run, state } = this;
    const now = ctx.now();
    const hold = keep && !(ctx.stopping() && this.calls.size <= 1);
    const dues = [state.nextDue(), this.discover ? (this.retryAt ?? now) : null].filter((at) => at !== null);
    const wakeAt = dues.length > 0 ? Math.min(...dues) : null;
    const done = await this.persist(() =>
      commitSteps(ctx.db, {
        runId: run.id,
        fence: run.fence,
        now,
        attempt: this.attempt,
        retryAt: this.retryAt,
        steps,
        leaseUntil: hold ? now + ctx.leaseMs : undefined,
        wakeAt,
        events,
        runs,
      }),
    );
    if (!done) return this.lose();
    if (done.dirty) this.dirty = true;
    if (hold) return;
    this.over = true;
    ctx.released(done.wake_at);
  }

  private async finish(ending: Ending): Promise<void> {
    const { ctx, run } = this;
    if (this.over) return;
    const { events, runs } = ctx.lifecycle(run, ending);
    const outcome = await this.persist(() =>
      finishRun(ctx.db, {
        runId: run.id,
        fence: run.fence,
        status: ending.status,
        now: ctx.now(),
        output: ending.status === 'completed' ? canonicalJson(ending.output ?? null) : null,
        error: ending.status === 'completed' ? null : canonicalJson(ending.error),
        events,
        runs,
      }),
    );
    if (!outcome) return this.lose();
    this.over = true;
    this.wake();
    if (ending.status === 'failed') ctx.log.warn({ run: run.id, function: this.fn.id, error: ending.error }, 'run failed');
    ctx.ended(run.id, outcome, events);
  }

  private lose(): void {
    if (!this.over) this.ctx.log.warn({ run: this.run.id, function: this.fn.id, fence: this.run.fence }, 'lease lost; nothing was written');
    this.abandon();
  }

  private async settleDue(): Promise<void> {
    const due = this.state.takeDue(this.ctx.now());
    if (due.length === 0) return;
    this.discover = true;
    await this.commit(due, true);
    await this.settle(due);
  }

  /** Takes committed ends into memory, behind those that came from outside before the commit: the database has the order. */
  private async settle(ended: StepWrite[]): Promise<void> {
    if (this.over) return;
    if (this.dirty) return this.reload();
    for (const row of ended) this.state.settle(row);
  }

  private async reload(): Promise<void> {
    this.dirty = false;
    if (!(await this.persist(() => clearDirty(this.ctx.db, this.run.id, this.run.fence)))) return this.lose();
    if (this.state.absorb(await loadSteps(this.ctx.db, this.run.id))) this.discover = true;
  }

  private async loadSteps(): Promise<void> {
    this.state.absorb(await loadSteps(this.ctx.db, this.run.id));
    const waits = [...this.state.pending.values()].filter((row) => row.status === 'waiting');
    if (waits.length > 0 && (await this.ctx.lookBack(this.run.id, this.run.event, waits))) this.dirty = true;
  }

  /** The database may be away for a moment; the lease is longer than these tries together. */
  private async persist<T>(write: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await write();
      } catch (error) {
        if (tries >= dbTries) throw error;
        this.ctx.log.warn({ err: error, run: this.run.id }, 'database write failed, trying again');
        await new Promise((resolve) => setTimeout(resolve, 50 * 4 ** tries).unref());
      }
    }
  }
}
