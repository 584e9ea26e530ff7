import { memoData, memoError } from './protocol';
import type { StepRow } from './store/claim';
import type { StepWrite } from './store/commit';

/** Inngest's own limits, so that what runs here runs there. */
export const maxSteps = 1000;
export const maxStepBytes = 4 * 1024 * 1024;
export const maxRunBytes = 32 * 1024 * 1024;

/** What a run's owner keeps in memory between calls: the memo the SDK is given, and the steps still outstanding. */
export class RunState {
  /** Canonical protocol text of finished steps, by id. */
  readonly memo = new Map<string, string>();
  /** Ids in the order of completion. */
  readonly stack: string[] = [];
  readonly pending = new Map<string, StepRow>();
  /** Planned steps whose call is in flight. */
  readonly inFlight = new Set<string>();
  bytes = 0;

  /** Adds rows as the database has them; what is already known as finished stays. True when something finished. */
  absorb(rows: StepRow[]): boolean {
    let finished = false;
    for (const row of rows) {
      if (this.memo.has(row.id)) continue;
      if (row.status === 'done' || row.status === 'failed') {
        this.settle(row);
        finished = true;
      } else if (!this.pending.has(row.id)) {
        this.pending.set(row.id, row);
      }
    }
    return finished;
  }

  /** Records a step's end. */
  settle(row: StepRow): void {
    const text = row.status === 'failed' ? memoError(row.error ?? '{}') : memoData(row.data ?? 'null');
    this.pending.delete(row.id);
    this.memo.set(row.id, text);
    this.stack.push(row.id);
    this.bytes += text.length;
  }

  /** Outstanding steps that time ends: sleeps, and waits and invocations past their timeout. Who woke first wins a race. */
  takeDue(now: number): StepWrite[] {
    const due = [...this.pending.values()].filter((row) => row.status !== 'planned' && row.due_at !== null && row.due_at <= now);
    due.sort((a, b) => (a.due_at ?? 0) - (b.due_at ?? 0));
    return due.map((row) =>
      row.status === 'invoked' ? { ...row, status: 'failed', error: invokeTimeout, due_at: null } : { ...row, status: 'done', data: 'null', due_at: null },
    );
  }

  /** Planned steps to call now. */
  callable(now: number): StepRow[] {
    return [...this.pending.values()].filter((row) => row.status === 'planned' && (row.due_at ?? 0) <= now && !this.inFlight.has(row.id));
  }

  /** The next moment an outstanding step has something to do; null when only an event can. */
  nextDue(): number | null {
    let next: number | null = null;
    for (const row of this.pending.values()) {
      if (this.inFlight.has(row.id)) continue;
      const at = row.status === 'planned' ? (row.due_at ?? 0) : row.due_at;
      if (at !== null && (next === null || at < next)) next = at;
    }
    return next;
  }
}

const invokeTimeout = JSON.stringify({ message: 'Timed out waiting for the invoked function to complete', name: 'InngestInvokeTimeoutError' });
