import { hostname } from 'node:os';
import { ulid } from 'ulid';
import { Dispatcher } from './dispatcher';
import { defaultBackoff } from './durations';
import { eventApi } from './event-api';
import { newRun } from './plan-runs';
import { syncFunctions, type Wire } from './protocol';
import { nextCron, readFunctions, type ServedFunction } from './registry';
import { RunOwner, type OwnerContext } from './run-owner';
import { admitRuns, findOrphans, freeLeases, heartbeat, resumeRuns, type ClaimedRun } from './store/claim';
import { findRuns } from './store/deliver';
import { advanceCron, dueCrons, sweep, syncCrons } from './store/housekeeping';
import type { Engine, EngineOptions } from './types';

const channel = 'inngest_engine';
const sweepEveryMs = 60_000;

/**
 * Runs the functions a `serve()` handler offers, inside this process, with all state in the database. Work is found
 * by in-process wake-ups; the poll is for what another process left or a clock brings.
 */
export function createEngine(opts: EngineOptions): Engine {
  return new EmbeddedEngine(opts);
}

class EmbeddedEngine implements Engine {
  readonly fetch: typeof fetch;
  private functions: ReadonlyMap<string, ServedFunction> = new Map();
  private functionIds = '[]';
  private readonly owners = new Map<string, { owner: RunOwner; driving: Promise<void> }>();
  private readonly dispatcher: Dispatcher;
  private readonly ownerContext: OwnerContext;
  private readonly me: string;
  private readonly timers = new Set<NodeJS.Timeout>();
  private pumping: Promise<number> | undefined;
  private wantResume = false;
  private wantAdmit = false;
  private running = false;
  private stopping = false;
  private ticking: Promise<void> | undefined;
  private sweptAt = 0;
  private unsubscribe: (() => void) | undefined;

  constructor(private readonly opts: EngineOptions) {
    this.me = opts.owner ?? `${hostname()}:${process.pid}:${ulid()}`;
    this.dispatcher = new Dispatcher({
      db: opts.db,
      log: opts.log,
      functions: () => this.functions,
      now: () => this.now(),
      queued: () => {
        this.wake('admit');
        this.tellOthers();
      },
      reached: (runIds) => this.reached(runIds),
      endedByForce: (runIds) => {
        for (const id of runIds) this.owners.get(id)?.owner.abandon();
        this.wake('admit');
      },
    });
    const wire: Wire = { handler: opts.handler, signingKey: opts.signingKey, appUrl: opts.appUrl };
    this.ownerContext = {
      db: opts.db,
      wire,
      functions: this.functions,
      log: opts.log,
      leaseMs: opts.leaseMs ?? 10_000,
      now: () => this.now(),
      stopping: () => this.stopping,
      backoff: opts.backoff ?? defaultBackoff,
      released: (wakeAt) => this.schedule(wakeAt),
      lifecycle: (run, ending) => this.dispatcher.lifecycle(run, ending),
      ended: (_runId, outcome, emitted) => {
        if (outcome.parent) this.reached([outcome.parent]);
        this.dispatcher.emitted(emitted, outcome.events);
        this.wake('admit');
      },
      lookBack: (runId, event, waits) => this.dispatcher.lookBack(runId, event, waits),
    };
    this.fetch = eventApi((events, seed) => this.dispatcher.send(events, seed));
  }

  async start(): Promise<void> {
    const { db, log } = this.opts;
    this.functions = readFunctions(await syncFunctions(this.ownerContext.wire));
    this.ownerContext.functions = this.functions;
    this.functionIds = JSON.stringify([...this.functions.keys()]);
    const orphans = await findOrphans(db, this.functionIds);
    if (orphans.length > 0) log.warn({ orphans }, 'unfinished runs of functions that are not served here');
    if (this.opts.soleOwner) await freeLeases(db, this.now(), { notOwner: this.me });
    const crons = [...this.functions.values()].flatMap((fn) => fn.crons.map((cron) => ({ function_id: fn.id, cron, next_at: nextCron(cron, this.now()) })));
    await syncCrons(db, crons);
    this.running = true;
    this.stopping = false;
    if (this.opts.soleOwner) await this.dispatcher.recover(true);
    this.unsubscribe = this.opts.notify?.subscribe(channel, () => this.wake('both'));
    this.every(this.opts.pollMs ?? 1000, () => {
      this.wake('both');
      void this.tick();
    });
    this.every(this.ownerContext.leaseMs / 3, () => void this.heartbeat());
    this.wake('both');
    log.info({ functions: [...this.functions.keys()], owner: this.me }, 'embedded engine started');
  }

  send(events: Parameters<Engine['send']>[0]): Promise<{ ids: string[] }> {
    return this.dispatcher.send(events);
  }

  async cancel(runIds: string[]): Promise<string[]> {
    return this.dispatcher.cancel(await findRuns(this.opts.db, runIds), 'cancelled');
  }

  async stop(): Promise<void> {
    if (!this.running) return;
    this.stopping = true;
    this.running = false;
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
    this.unsubscribe?.();
    await this.pumping;
    await this.ticking;
    for (const { owner } of this.owners.values()) owner.poke();
    let bound: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (bound = setTimeout(resolve, this.opts.stopMs ?? 5000)));
    await Promise.race([Promise.all([...this.owners.values()].map((held) => held.driving)), late]);
    clearTimeout(bound);
    // What is still in flight is left behind; the raised fence keeps it from committing later.
    for (const { owner } of this.owners.values()) owner.abandon();
    await Promise.all(this.dispatcher.busy);
    await freeLeases(this.opts.db, this.now(), { owner: this.me });
  }

  async idle(): Promise<void> {
    while (this.running) {
      await this.tick();
      this.wantResume = this.wantAdmit = true;
      await this.pump();
      await Promise.all(this.dispatcher.busy);
      if (this.owners.size === 0 && this.dispatcher.busy.length === 0 && !this.pumping && !this.wantResume && !this.wantAdmit) return;
      if (this.owners.size > 0) await Promise.race([...this.owners.values()].map((held) => held.driving));
    }
  }

  private now(): number {
    return Math.round(this.opts.clock?.now() ?? Date.now());
  }

  private reached(runIds: string[]): void {
    let elsewhere = false;
    for (const id of runIds) {
      const held = this.owners.get(id);
      if (held) {
        held.owner.dirty = true;
        held.owner.poke();
      } else elsewhere = true;
    }
    if (!elsewhere) return;
    this.wake('resume');
    this.tellOthers();
  }

  private tellOthers(): void {
    this.opts.notify?.publish(channel).catch((error: unknown) => this.opts.log.warn({ err: error }, 'no wake-up sent; others poll'));
  }

  private wake(what: 'resume' | 'admit' | 'both'): void {
    if (what !== 'admit') this.wantResume = true;
    if (what !== 'resume') this.wantAdmit = true;
    if (this.running) void this.pump();
  }

  /** Looks again at a moment sooner than the poll would. */
  private schedule(at: number | null): void {
    if (at === null || !this.running) return;
    const delay = at - this.now();
    if (delay <= 0) return this.wake('both');
    if (delay > (this.opts.pollMs ?? 1000)) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      this.wake('both');
    }, delay).unref();
    this.timers.add(timer);
  }

  private every(ms: number, work: () => void): void {
    this.timers.add(setInterval(work, ms).unref());
  }

  /** Claims while there is room and something to claim. One at a time; a wake-up in between makes it go round again. */
  private pump(): Promise<number> {
    this.pumping ??= this.claimAll().finally(() => {
      this.pumping = undefined;
      if (this.running && this.room() > 0 && (this.wantResume || this.wantAdmit)) void this.pump();
    });
    return this.pumping;
  }

  private room(): number {
    return (this.opts.concurrency ?? 4) - this.owners.size;
  }

  private async claimAll(): Promise<number> {
    let claimed = 0;
    try {
      while (this.running && this.room() > 0 && (this.wantResume || this.wantAdmit)) {
        const now = this.now();
        const claim = { now, functionIds: this.functionIds, limit: this.room(), owner: this.me, leaseUntil: now + this.ownerContext.leaseMs };
        if (this.wantResume) {
          this.wantResume = false;
          const runs = await resumeRuns(this.opts.db, claim, [...this.owners.keys()]);
          if (runs.length === claim.limit) this.wantResume = true;
          claimed += this.own(runs);
        }
        if (this.wantAdmit && this.room() > 0) {
          this.wantAdmit = false;
          const room = this.room();
          const runs = await admitRuns(this.opts.db, { ...claim, limit: room });
          if (runs.length === room || runs.some((run) => run.roomy)) this.wantAdmit = true; // behind a head there may be another
          claimed += this.own(runs);
        }
      }
    } catch (error) {
      this.wantResume = this.wantAdmit = false;
      if (isLostRace(error)) this.schedule(this.now() + 20);
      else this.opts.log.warn({ err: error }, 'claim failed; the poll tries again');
    }
    return claimed;
  }

  private own(runs: ClaimedRun[]): number {
    for (const run of runs) {
      const fn = this.functions.get(run.function_id);
      if (!fn) continue;
      const owner = new RunOwner(this.ownerContext, run, fn);
      const held = { owner, driving: Promise.resolve() };
      this.owners.set(run.id, held);
      held.driving = owner.drive().then(() => {
        if (this.owners.get(run.id) === held) this.owners.delete(run.id);
        if (this.running && (this.wantResume || this.wantAdmit)) void this.pump(); // there is room again
      });
    }
    return runs.length;
  }

  private async heartbeat(): Promise<void> {
    if (this.owners.size === 0) return;
    const held = [...this.owners.values()].map(({ owner }) => ({ id: owner.run.id, fence: owner.run.fence }));
    try {
      const alive = new Map((await heartbeat(this.opts.db, held, this.now() + this.ownerContext.leaseMs)).map((row) => [row.id, row.dirty]));
      for (const { id, fence } of held) {
        const owner = this.owners.get(id)?.owner;
        if (!owner || owner.run.fence !== fence) continue;
        if (!alive.has(id)) owner.abandon();
        else if (alive.get(id)) {
          owner.dirty = true;
          owner.poke();
        }
      }
    } catch (error) {
      this.opts.log.warn({ err: error }, 'heartbeat failed');
    }
  }

  /** What time brings besides runs: schedules, timeouts, events a dead process left, retention. */
  private tick(): Promise<void> {
    this.ticking ??= this.tickOnce()
      .catch((error: unknown) => this.opts.log.warn({ err: error }, 'tick failed'))
      .finally(() => (this.ticking = undefined));
    return this.ticking;
  }

  private async tickOnce(): Promise<void> {
    const { db } = this.opts;
    const now = this.now();
    await this.dispatcher.cancelOverdue();
    await this.dispatcher.recover();
    if ([...this.functions.values()].some((fn) => fn.crons.length > 0)) {
      for (const row of await dueCrons(db, now)) {
        const fn = this.functions.get(row.function_id);
        if (!fn) continue;
        // Once for all the moments missed while nobody ran; the event's id keeps several processes from firing it twice.
        await this.dispatcher.fire(fn, row.cron, row.next_at, (event) => newRun(fn, event, now));
        await advanceCron(db, row, nextCron(row.cron, now));
      }
    }
    if (now - this.sweptAt >= sweepEveryMs) {
      this.sweptAt = now;
      await sweep(db, now, this.opts.retentionMs ?? 7 * 86_400_000);
    }
  }
}

/** Two processes admitted runs into the same slot, or locked rows crosswise; nothing was taken. */
const isLostRace = (error: unknown): boolean => /23505|40P01|unique constraint|deadlock/i.test(error instanceof Error ? error.message : '');
