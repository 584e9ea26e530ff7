interface Timer {
  at: number;
  fire: () => void;
  ref(): Timer;
  unref(): Timer;
}

/** Shorter ones are left to the machine: they are somebody's yielding, not somebody's limit. */
const LIMITS_MS = 1_000;

/** Prisma's own limits for transactions, told from the product's by being odd: no time passes while one runs. */
export const DATABASE_WAIT_MS = 30_001;

/** Time limits that the product sets with `setTimeout`, on the clock of the history: a stage's limit passes with its time. */
export class VirtualTimers {
  private readonly timers = new Set<Timer>();
  private readonly real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };

  constructor(private readonly now: () => number) {}

  install(): void {
    const { real, timers, now } = this;
    const set = (callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): unknown => {
      if (ms < LIMITS_MS || ms === DATABASE_WAIT_MS) return real.setTimeout(callback, ms, ...args);
      const timer: Timer = { at: now() + ms, fire: () => callback(...args), ref: () => timer, unref: () => timer };
      timers.add(timer);
      return timer;
    };
    const clear = (timer: unknown) => {
      if (!timers.delete(timer as Timer)) real.clearTimeout(timer as NodeJS.Timeout);
    };
    Object.assign(globalThis, { setTimeout: set, clearTimeout: clear });
  }

  uninstall(): void {
    Object.assign(globalThis, this.real);
  }

  /** When the next one fires. */
  nextAt(): number {
    return Math.min(...[...this.timers].map(({ at }) => at));
  }

  fireDue(): void {
    for (const timer of [...this.timers].filter(({ at }) => at <= this.now())) {
      this.timers.delete(timer);
      timer.fire();
    }
  }
}
