import { NonRetriableError, RetryAfterError } from 'inngest';
import { type GenerationRequested, generationNudged, generationRequested } from '@/inngest/events';
import { pipeline } from '@/inngest/functions/pipeline';
import { pipelineFailed } from '@/inngest/functions/pipeline-failed';
import { MAX_ATTEMPTS } from '@/lib/generation/run-stage';
import type { Runtime } from '@/lib/runtime';
import type { Setup } from './history';
import type { Outcome, Task } from './task';

type Memo = { data: unknown } | { error: string };

/** What one call of the function came to: it goes to its next step, as the SDK's protocol has it. */
export type Step = { id: string; data: unknown } | { id: string; error: unknown } | { id: string; waitMs: number } | { over: true } | { failed: string };

export interface Run {
  data: GenerationRequested;
  memo: Map<string, Memo>;
  attempt: number;
  notBefore: number;
  wait: { id: string; until: number } | null;
  nudged: boolean;
  /** Why it failed: what is left to do is to end the generation. */
  failure: string | null;
  over: boolean;
  task: Task<Step> | null;
  /** Counts those who worked on it: what an earlier one brings back later is not taken. */
  fence: number;
}

type Events = Parameters<Runtime['sendEvents']>[0];

/**
 * A durable engine that keeps every promise an engine makes, and no other: events at least once, step results once they
 * were heard, a failure told. The functions are the product's own.
 */
export class HostileEngine {
  readonly runs: Run[] = [];
  readonly inbox: GenerationRequested[] = [];
  /** Generations of which a run was lost. */
  readonly lost = new Set<string>();
  private readonly seen = new Set<string>();
  private readonly nudges = new Set<string>();

  constructor(
    private readonly now: () => number,
    private readonly setup: Pick<Setup, 'strict' | 'lookBack'>,
  ) {}

  receive(events: Events): void {
    for (const { id, name, data } of events) {
      if (this.seen.has(id)) continue;
      this.seen.add(id);
      if (name === generationRequested) this.inbox.push(data as GenerationRequested);
      if (name === generationNudged) this.nudge(data.generation_id as string);
    }
  }

  private nudge(generationId: string): void {
    const waiting = this.runs.filter((run) => !run.over && run.wait && run.data.generation_id === generationId);
    for (const run of waiting) run.nudged = true;
    if (waiting.length === 0 && this.setup.lookBack) this.nudges.add(generationId);
  }

  /** An event becomes a run. A hostile engine keeps it, and delivers it again later. */
  deliver(data: GenerationRequested, keep: boolean): void {
    if (!keep) this.inbox.splice(this.inbox.indexOf(data), 1);
    this.runs.push({ data, memo: new Map(), attempt: 0, notBefore: 0, wait: null, nudged: false, failure: null, over: false, task: null, fence: 0 });
  }

  /** Forgets a run, as a server does that is restored from a backup. */
  lose(run: Run): void {
    run.over = true;
    this.lost.add(run.data.generation_id);
  }

  /** Whether it has a generation in its hands, or had and lost it. */
  knows(generationId: string): boolean {
    const of = (data: GenerationRequested) => data.generation_id === generationId;
    return this.lost.has(generationId) || this.inbox.some(of) || this.runs.some((run) => !run.over && of(run.data));
  }

  /** The runs that could go on now. */
  ready(): Run[] {
    const open = this.runs.filter((run) => !run.over);
    const first = (run: Run) => open.find(({ data }) => data.asset_id === run.data.asset_id) === run;
    return open.filter((run) => run.task === null && run.notBefore <= this.now() && awake(run, this.now()) && (!this.setup.strict || first(run)));
  }

  /** When the next run goes on by itself. */
  nextAt(): number {
    const moments = this.runs.filter((run) => !run.over && run.task === null).map((run) => run.wait?.until ?? run.notBefore);
    return Math.min(...moments.filter((moment) => moment > this.now()));
  }

  /** One call of the function: through what is remembered to the next step, and no further. */
  call(run: Run, rt: Runtime): Promise<Step> {
    return new Promise((resolve) => {
      const never = new Promise<never>(() => {});
      const recall = (memo: Memo) => ('error' in memo ? Promise.reject(new Error(memo.error)) : Promise.resolve(memo.data));
      const step = {
        run: (id: string, work: () => Promise<unknown>) => {
          const memo = run.memo.get(id);
          if (memo) return recall(memo);
          work().then((data) => resolve({ id, data: data === undefined ? null : (JSON.parse(JSON.stringify(data)) as unknown) }), (error: unknown) => resolve({ id, error }));
          return never;
        },
        waitForEvent: (id: string, { timeout }: { timeout: number }) => {
          const memo = run.memo.get(id);
          if (!memo) resolve({ id, waitMs: timeout });
          return memo ? recall(memo) : never;
        },
      } as unknown as Parameters<typeof pipeline>[2];
      const whole = run.failure === null ? pipeline(rt, run.data, step, run.attempt) : pipelineFailed(rt, run.data, run.failure, step);
      whole.then(() => resolve({ over: true }), (error: Error) => resolve({ failed: error.message }));
    });
  }

  /** Somebody begins to work on a run. */
  begin(run: Run, task: Task<Step>): number {
    if (run.wait && run.memo.get(run.wait.id) === undefined) run.memo.set(run.wait.id, { data: run.nudged ? {} : null });
    run.wait = null;
    run.nudged = false;
    run.task = task;
    return (run.fence += 1);
  }

  /** What came of it. `counts`: a worker that is not heard of again used up a try. */
  end(run: Run, fence: number, outcome: Outcome<Step>, { forgets = false, counts = false }): void {
    if (run.fence !== fence) return;
    run.task = null;
    if (outcome === 'crashed' || forgets) return counts ? this.failed(run, null, new Error('the worker was not heard of again')) : undefined;
    if ('error' in outcome) throw outcome.error;
    const step = outcome.value;
    if ('over' in step) run.over = true;
    else if ('failed' in step) this.fail(run, step.failed);
    else if ('waitMs' in step) this.sleep(run, step.id, step.waitMs);
    else if ('error' in step) this.failed(run, step.id, step.error);
    else this.remember(run, step.id, { data: step.data });
  }

  private remember(run: Run, id: string, memo: Memo): void {
    run.memo.set(id, memo);
    run.attempt = 0;
  }

  private sleep(run: Run, id: string, waitMs: number): void {
    run.wait = { id, until: this.now() + waitMs };
    run.nudged = this.nudges.delete(run.data.generation_id);
  }

  private failed(run: Run, id: string | null, error: unknown): void {
    run.attempt += 1;
    if (run.failure !== null) return;
    const last = error instanceof NonRetriableError || run.attempt >= MAX_ATTEMPTS;
    if (last && id !== null) this.remember(run, id, { error: (error as Error).message });
    else if (last) this.fail(run, (error as Error).message);
    else run.notBefore = this.now() + (error instanceof RetryAfterError ? Number(error.retryAfter) * 1000 : 0);
  }

  private fail(run: Run, message: string): void {
    run.failure = message;
    run.attempt = 0;
    run.memo.clear();
  }
}

const awake = (run: Run, now: number) => run.wait === null || run.nudged || run.wait.until <= now;
