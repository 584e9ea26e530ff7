import type { Op, RunLog } from '../protocol-log';
import { isRetriable, nameOf, opsOf } from '../read-run';
import type { Rule } from './rule';

const UNITS: Record<string, number> = { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** A time string (1.3.2) counted from `fromMs`, or a date. */
function momentOf(text: string, fromMs: number): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|[wdhms])/g)];
  if (parts.map(([part]) => part).join('') !== text) return Date.parse(text);
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * UNITS[unit!]!, fromMs);
}

/** When a step that waits for time was first reported, and so when it is over. */
function dues(run: RunLog, kind: string, textOf: (op: Op) => unknown): Map<string, { op: Op; dueMs: number }> {
  const found = new Map<string, { op: Op; dueMs: number }>();
  for (const { op, call } of opsOf(run)) {
    if (op.op === kind && !found.has(op.id)) found.set(op.id, { op, dueMs: momentOf(String(textOf(op)), call.endedMs) });
  }
  return found;
}

/** 5.3.2: not done before its time. */
export const sleeps: Rule = (run, { toleranceMs }) =>
  [...dues(run, 'Sleep', (op) => op.name)].flatMap(([id, { op, dueMs }]) =>
    run.calls
      .filter((call) => call.memo.has(id) && call.begunMs < dueMs - toleranceMs)
      .map((call) => `call ${run.calls.indexOf(call)} takes "${nameOf(op)}" for over ${dueMs - call.begunMs} ms early`),
  );

/** 5.3.3: null means that the time is over. */
export const waits: Rule = (run, { toleranceMs }) =>
  [...dues(run, 'WaitForEvent', (op) => op.opts?.timeout)].flatMap(([id, { op, dueMs }]) =>
    run.calls
      .filter((call) => isNull(call.memo.get(id)) && call.begunMs < dueMs - toleranceMs)
      .map((call) => `call ${run.calls.indexOf(call)} gives "${nameOf(op)}" up ${dueMs - call.begunMs} ms early`),
  );

const isNull = (memo: unknown): boolean => typeof memo === 'object' && memo !== null && 'data' in memo && memo.data === null;

/** 4.4.3: a retry comes no sooner than `Retry-After` says, seconds or a date. */
export const retryAfter: Rule = (run, { toleranceMs }) =>
  run.calls.flatMap((failed, n) => {
    const header = failed.answer?.headers.get('retry-after');
    if (!header || !isRetriable(failed)) return [];
    const dueMs = /^\d+$/.test(header) ? failed.endedMs + Number(header) * 1000 : Date.parse(header);
    const retry = run.calls.find((call) => call.begun > failed.ended && call.stepId === failed.stepId && call.ctx.attempt === failed.ctx.attempt + 1);
    return retry && retry.begunMs < dueMs - toleranceMs ? [`call ${n} asked for ${header}, and was tried again ${dueMs - retry.begunMs} ms early`] : [];
  });
