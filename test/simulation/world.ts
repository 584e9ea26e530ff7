import { readEnv } from '@/lib/env';
import { replicateMotion } from '@/lib/generation/replicate/replicate-motion';
import { replicatePrompts } from '@/lib/generation/replicate/replicate-prompts';
import { replicateWebhook } from '@/lib/generation/replicate/webhook-handler';
import type { Log } from '@/lib/log';
import { type Runtime, setRuntime } from '@/lib/runtime';
import { blockCache } from '@/lib/storage/block-cache';
import { makeStandIn, type StandIn } from '../replicate/stand-in';
import { testClock } from '../support/test-runtime';
import type { Ground } from './database/open';
import { Figures } from './figures';
import { guardDb } from './guard-db';
import { HostileEngine } from './hostile-engine';
import type { Setup, Trap } from './history';
import { MemoryStorage } from './memory-storage';
import { Proc } from './proc';
import { type Making, servicePort } from './service-port';
import { Crashed, type Mishap, type Point, Task } from './task';
import { Troubles } from './troubles';
import { VirtualTimers } from './virtual-timers';

const envOf = (publicUrl: string) => readEnv({ NODE_ENV: 'test', LOG_LEVEL: 'silent', PUBLIC_URL: publicUrl, DATA_DIR: '/nowhere' });
/** Replicate calls webhooks of https addresses only. */
const envs = { withWebhooks: envOf('https://motioness.test'), without: envOf('http://localhost:3000') };

/** One history's world: its clock, its model service, its objects, its processes and its engine, on the database of all. */
export class World {
  readonly clock;
  readonly timers: VirtualTimers;
  readonly storage: MemoryStorage;
  readonly standIn: StandIn;
  readonly troubles: Troubles;
  readonly engine: HostileEngine;
  readonly makings = new Map<string, Making>();
  readonly procs: [Proc, Proc] = [new Proc('a'), new Proc('b')];
  /** Errors that the product must not meet. */
  readonly surprises: string[] = [];
  /** Tasks that stand still, oldest first. */
  parked: Task[] = [];
  /** Counts what may have changed the database. */
  writes = 0;
  readonly figures = new Figures();
  /** An asset was deleted: what still works for it may find nothing there. */
  deleted = false;
  traps: Trap[] = [];
  /** What happens to the next webhook's receiver. */
  hookMishap: Mishap | undefined;

  constructor(
    readonly ground: Ground,
    readonly setup: Setup,
  ) {
    const clock = (this.clock = testClock(setup.startMs));
    const now = () => clock.now();
    this.timers = new VirtualTimers(now);
    this.storage = new MemoryStorage(now);
    this.engine = new HostileEngine(now, setup);
    this.standIn = makeStandIn({
      clock,
      checkImages: false,
      startAfterMs: 0,
      afterMs: setup.afterMs,
      outputFor: async ({ id }) => ({ bytes: Buffer.from(`<output of ${id}>`), contentType: 'video/mp4' }),
      deliver: (request) => this.hook(request),
    });
    this.troubles = new Troubles(this.standIn, this.figures);
  }

  /** Lets a process do something, until it is over, or stands still. */
  async spawn<T>(proc: number, label: string, mishap: Mishap | undefined, work: (rt: Runtime) => Promise<T>): Promise<Task<T>> {
    const task = this.task<T>(proc, label, mishap);
    await task.start(() => work(this.runtime(task)));
    await this.after(task);
    return task;
  }

  task<T>(proc: number, label: string, mishap: Mishap | undefined): Task<T> {
    return new Task<T>(this.procs[proc & 1]!, label, mishap, { now: () => this.clock.now(), trap: (point) => this.trapAt(point) });
  }

  private trapAt(point: Point): Trap['how'] | undefined {
    const found = this.traps.findIndex((trap) => trap.point === point);
    if (found < 0 || this.traps[found]!.skip-- > 0) return undefined;
    const [{ how }] = this.traps.splice(found, 1) as [Trap];
    this.figures.add(`trap: ${point} ${how}`);
    return how;
  }

  async resume(task: Task): Promise<void> {
    await task.resume();
    await this.after(task);
  }

  async crash(proc: number): Promise<void> {
    const dead = this.procs[proc & 1]!;
    this.procs[proc & 1] = new Proc(dead.name);
    await dead.bury();
    this.parked = this.parked.filter((task) => task.standsStill);
  }

  async after(task: Task<any>): Promise<void> {
    if (!task.proc.alive && this.procs.includes(task.proc)) {
      this.figures.add(`died: ${task.label}`);
      await this.crash(this.procs.indexOf(task.proc));
    }
    this.parked = this.parked.filter((one) => one !== task && one.standsStill);
    if (task.standsStill) {
      this.parked.push(task);
      this.figures.add(`stands still: ${task.label}`);
    }
  }

  /** Time goes on for everybody, from one moment at which something happens to the next. */
  async pass(ms: number): Promise<void> {
    const until = this.clock.now() + ms;
    while (this.clock.now() < until) {
      const sleepers = this.parked.flatMap(({ wakesAt }) => wakesAt ?? []);
      this.clock.set(Math.max(this.clock.now(), Math.min(until, this.timers.nextAt(), ...sleepers)));
      this.timers.fireDue();
      await this.standIn.tick();
      for (const task of this.parked.filter(({ wakesAt = Infinity }) => wakesAt <= this.clock.now())) await this.resume(task);
    }
    this.hookMishap = undefined;
  }

  runtime(task: Task<any>): Runtime {
    const { ground, clock, setup, troubles } = this;
    const env = setup.webhooks ? envs.withWebhooks : envs.without;
    const log = this.log();
    const db = guardDb(ground.db, { task, surprise: (error, what) => this.surprise(error, what), wrote: () => void (this.writes += 1) });
    const replicate = servicePort(this, task);
    const media = troubles.media();
    const needs = { env, log, clock, db, bus: task.proc.bus, media, replicate };
    const storage = this.storageOf(task);
    return {
      ...needs,
      storage,
      hot: { get embeds() { return task.proc.embeds; }, blocks: blockCache(storage) },
      edge: {
        name: 'varnish',
        again: [{ afterMs: 1_000, tag: true }],
        purge: () => task.io('call', async () => troubles.trip('purge')),
        look: async () => ({ status: 404, etag: null, ours: true }),
      },
      motion: setup.hosted === 'nothing' ? troubles.motion() : replicateMotion(needs, troubles.motion()),
      prompts: setup.hosted === 'all' ? replicatePrompts(needs, (ms, signal) => task.sleep(ms, signal)) : troubles.prompts(),
      secret: 'a secret of sufficient length',
      sendEvents: (events) => task.io('send', async () => this.engine.receive(events)),
    };
  }

  private surprise(error: unknown, what: string): void {
    if (error instanceof Crashed || (this.deleted && (error as { code?: string }).code === 'P2025')) return;
    this.surprises.push(`${what}: ${String(error)}`);
  }

  private storageOf(task: Task): Runtime['storage'] {
    const { storage } = this;
    return {
      put: (key, body) => task.io('object', () => storage.put(key, body)),
      size: (key) => task.io('object', () => storage.size(key)),
      read: (key, range) => task.io('object', () => storage.read(key, range)),
      readAll: (key) => task.io('object', () => storage.readAll(key)),
      delete: (key) => task.io('object', () => storage.delete(key)),
    };
  }

  private log(): Log {
    const nothing = () => {};
    const error = (about: unknown, text?: string) => this.surprise((about as { err?: unknown }).err, `logged: ${text}`);
    return { debug: nothing, info: nothing, warn: nothing, error } as Log;
  }

  private async hook(request: Request): Promise<Response> {
    const mishap = this.hookMishap;
    this.hookMishap = undefined;
    const { outcome } = await this.spawn(0, 'webhook', mishap, (rt) => {
      setRuntime(rt);
      return replicateWebhook(request, { params: Promise.resolve({}) });
    });
    if (outcome && outcome !== 'crashed' && 'value' in outcome) return outcome.value;
    throw new Error('no answer');
  }
}
