import { setImmediate as turn } from 'node:timers/promises';
import type { Proc } from './proc';

/** What the code of a dead process gets for whatever it asks for. */
export class Crashed extends Error {
  override name = 'Crashed';
  constructor() {
    super('this process is dead');
  }
}

/** Inputs and outputs by what they are: `create` asks the service for a prediction, `call` is any other call of it. */
export type Point = 'statement' | 'transaction' | 'create' | 'call' | 'object' | 'send';

/** What happens to a task at its n-th input or output, from 1; of one kind, where it is said. */
export interface Mishap {
  at: number;
  on?: Point;
  /** `before`: dies before it takes effect; `after`: it took effect, and the answer is lost; `park`: it stands still there. */
  how: 'before' | 'after' | 'park';
}

interface Surroundings {
  now(): number;
  /** What waits for whoever comes there next. */
  trap(point: Point): Mishap['how'] | undefined;
}

export type Outcome<T> = { value: T } | { error: unknown } | 'crashed';

/**
 * One thing a process is doing, watched at each of its inputs and outputs: there it may die with its process, or stand
 * still while the world goes on. Only one task moves at a time, so that a history runs the same way twice.
 */
export class Task<T = unknown> {
  /** Undefined until it is over. */
  outcome: Outcome<T> | undefined;
  /** Told once, when it is over. */
  whenOver: ((outcome: Outcome<T>) => void) | undefined;
  /** When it goes on by itself. */
  wakesAt: number | undefined;
  private wroteAt: number;
  private ios = 0;
  private inFlight = 0;
  private holding = false;
  private held: Array<() => void> = [];
  private parked!: () => void;
  private done: Promise<void> = Promise.resolve();

  constructor(
    readonly proc: Proc,
    readonly label: string,
    private mishap: Mishap | undefined,
    private readonly surroundings: Surroundings,
  ) {
    this.wroteAt = surroundings.now();
  }

  /** Resolves when the task is over, or stands still. */
  async start(work: (task: this) => Promise<T>): Promise<void> {
    this.proc.tasks.add(this);
    const settle = (outcome: Outcome<T>) => {
      this.outcome = this.proc.alive ? outcome : 'crashed';
      this.proc.tasks.delete(this);
      this.whenOver?.(this.outcome);
    };
    await this.move(() => {
      this.done = Promise.resolve()
        .then(() => work(this))
        .then((value) => settle({ value }), (error: unknown) => settle({ error }));
    });
  }

  get standsStill(): boolean {
    return this.outcome === undefined && this.held.length > 0;
  }

  /** How long ago it last wrote to the database. */
  sinceWriting(): number {
    return this.surroundings.now() - this.wroteAt;
  }

  /** Goes on from where it stood. */
  async resume(): Promise<void> {
    await this.move(() => this.release());
  }

  /** Resolves when nothing of it is left. */
  over(): Promise<void> {
    return this.done;
  }

  release(): void {
    this.wakesAt = undefined;
    this.holding = false;
    for (const release of this.held.splice(0)) release();
  }

  /** Every input and output passes here. Within a transaction nothing stands still: it would hold the database. */
  async io<R>(point: Point, work: () => Promise<R>, { writes = false, within = false } = {}): Promise<R> {
    const { mishap } = this;
    if (!mishap?.on || mishap.on === point) this.ios += 1;
    const own = mishap?.at === this.ios && (!mishap.on || mishap.on === point) ? mishap.how : undefined;
    const here = own ?? this.surroundings.trap(point);
    if (!within && (here === 'park' || this.holding)) await this.hold();
    if (here === 'before') this.proc.die();
    this.refuse();
    this.inFlight += 1;
    try {
      const result = await work();
      if (writes) this.wroteAt = this.surroundings.now();
      if (here === 'after') this.proc.die();
      this.refuse();
      return result;
    } finally {
      this.inFlight -= 1;
    }
  }

  /** Stands still until time has passed. */
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.wakesAt = this.surroundings.now() + ms;
    await this.hold();
    this.refuse();
    signal?.throwIfAborted();
  }

  refuse(): void {
    if (!this.proc.alive) throw new Crashed();
  }

  private hold(): Promise<void> {
    if (!this.proc.alive) return Promise.resolve();
    this.holding = true;
    this.parked();
    return new Promise((resolve) => this.held.push(resolve));
  }

  private async move(go: () => void): Promise<void> {
    const parked = new Promise<void>((resolve) => (this.parked = resolve));
    go();
    await Promise.race([this.done, parked]);
    // Its other branches, where it does several things at once, come to rest as well.
    while (this.outcome === undefined && this.proc.alive) {
      await turn();
      if (this.inFlight === 0) return;
    }
    if (!this.proc.alive) await this.done;
  }
}
