import { setTimeout as pause } from 'node:timers/promises';

/** The end of a run, wanted or not: the first trouble anybody reports stops everybody. */
export class RunControl {
  #trouble: Error | null = null;
  #ended = false;

  /** True once the stream of calls is to stop: all kills are done, or something is wrong. */
  get over(): boolean {
    return this.#ended || this.#trouble !== null;
  }

  end(): void {
    this.#ended = true;
  }

  report(error: unknown): void {
    this.#trouble ??= error instanceof Error ? error : new Error(String(error));
  }

  /** @throws the first trouble */
  check(): void {
    if (this.#trouble) throw this.#trouble;
  }

  /** Runs beside the test; what it throws ends the run. */
  async alongside(work: () => Promise<void>): Promise<void> {
    await work().catch((error: unknown) => this.report(error));
  }

  /** Looks until `done` says so. @throws the first trouble, or that `what` did not happen within `limitMs` */
  async until(what: string, done: () => boolean | Promise<boolean>, limitMs: number, everyMs = 20): Promise<void> {
    const deadline = Date.now() + limitMs;
    for (;;) {
      this.check();
      if (await done()) return;
      if (Date.now() > deadline) throw new Error(`within ${limitMs / 1000} s it was not so: ${what}`);
      await pause(everyMs);
    }
  }
}
