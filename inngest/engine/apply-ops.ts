import { parseMoment } from './durations';
import { canonicalJson } from './json';
import { newRun, prepareEvent } from './plan-runs';
import { errorObject, type Op } from './protocol';
import type { ServedFunction } from './registry';
import { maxRunBytes, maxStepBytes, maxSteps, type RunState } from './run-state';
import type { NewEvent, NewRun } from './store/ingest';
import type { StepWrite } from './store/commit';

/** What an answer's operations mean for the run. */
export interface Applied {
  /** Rows to write; finished ones also go to the memo. */
  steps: StepWrite[];
  events: NewEvent[];
  runs: NewRun[];
  /** A step that may be tried again. */
  retry?: { stepId: string; error: unknown };
  /** The function's result, when the SDK sends it among operations. */
  result?: { output: unknown };
  /** Why the run cannot go on. */
  failure?: Record<string, unknown>;
}

export interface ApplyContext {
  runId: string;
  state: RunState;
  functions: ReadonlyMap<string, ServedFunction>;
  now: number;
  /** Whether the attempt that was answered was the last one. */
  lastAttempt: boolean;
}

/** Reads the operations of a 206 answer. What the engine does not know ends the run with the step's and operation's name. */
export function applyOps(ops: Op[], ctx: ApplyContext): Applied {
  const out: Applied = { steps: [], events: [], runs: [] };
  for (const op of ops) {
    if (ctx.state.memo.has(op.id)) continue;
    // A discovery made while steps are outstanding announces them again.
    if (ctx.state.pending.has(op.id) && !(op.op === 'StepRun' || op.op === 'StepError' || op.op === 'StepFailed')) continue;
    applyOp(op, ctx, out);
    if (out.failure) return out;
  }
  if (ctx.state.memo.size + ctx.state.pending.size + out.steps.length > maxSteps) out.failure = limit(`more than ${maxSteps} steps`);
  const bytes = out.steps.reduce((sum, row) => sum + (row.data?.length ?? 0), ctx.state.bytes);
  if (bytes > maxRunBytes) out.failure = limit(`more than ${maxRunBytes} bytes of step results`);
  return out;
}

function applyOp(op: Op, ctx: ApplyContext, out: Applied): void {
  const name = op.displayName ?? op.name ?? op.id;
  const opts = op.opts ?? {};
  const row: StepWrite = { id: op.id, op: op.op, name, status: 'planned', attempt: 0, due_at: null, data: null, error: null };
  const unsupported = (why: string): void => {
    out.failure = { name: 'UnsupportedOperation', message: `step "${name}": ${why}` };
  };
  switch (op.op) {
    case 'StepRun':
    case 'Step': {
      const data = canonicalJson(op.data ?? null);
      if (data.length > maxStepBytes) {
        out.failure = limit(`step "${name}" returned more than ${maxStepBytes} bytes`);
        return;
      }
      out.steps.push({ ...row, status: 'done', data });
      return;
    }
    case 'StepError':
      if (!ctx.lastAttempt) {
        out.retry = { stepId: op.id, error: op.error };
        return;
      }
      out.steps.push({ ...row, status: 'failed', error: canonicalJson(errorObject(op.error)) });
      return;
    case 'StepFailed':
      out.steps.push({ ...row, status: 'failed', error: canonicalJson(errorObject(op.error)) });
      return;
    case 'StepPlanned':
      out.steps.push(row);
      return;
    case 'Sleep': {
      const due = parseMoment(op.name ?? '', ctx.now);
      if (due === undefined) return unsupported(`cannot sleep for "${op.name}"`);
      out.steps.push({ ...row, status: 'sleeping', due_at: due });
      return;
    }
    case 'WaitForEvent': {
      const event = op.name ?? '';
      const due = typeof opts.timeout === 'string' ? parseMoment(opts.timeout, ctx.now) : undefined;
      if (due === undefined) return unsupported(`cannot wait for "${String(opts.timeout)}"`);
      if (event === 'inngest/function.finished') return unsupported('waiting for inngest/function.finished');
      out.steps.push({ ...row, status: 'waiting', due_at: due, wait_event: event, wait_if: typeof opts.if === 'string' ? opts.if : null });
      return;
    }
    case 'InvokeFunction': {
      const target = ctx.functions.get(String(opts.function_id));
      if (!target) {
        const error = { name: 'InngestInvokeError', message: `no function "${String(opts.function_id)}" is served here` };
        out.steps.push({ ...row, status: 'failed', error: canonicalJson(error) });
        return;
      }
      const due = typeof opts.timeout === 'string' ? parseMoment(opts.timeout, ctx.now) : null;
      if (due === undefined) return unsupported(`cannot wait for "${String(opts.timeout)}"`);
      const payload = (opts.payload ?? {}) as { data?: unknown };
      const event = prepareEvent({ name: 'inngest/function.invoked', data: payload.data ?? {} }, ctx.now, `${ctx.runId}:${op.id}`);
      out.events.push({ id: event.id, name: event.name, payload: event.payload });
      out.runs.push(newRun(target, event, ctx.now, { runId: ctx.runId, stepId: op.id }));
      out.steps.push({ ...row, status: 'invoked', due_at: due });
      return;
    }
    case 'RunComplete':
      out.result = { output: op.data ?? null };
      return;
    default:
      unsupported(`operation "${op.op}" is not supported by the embedded engine`);
  }
}

const limit = (what: string): Record<string, unknown> => ({ name: 'RunLimitError', message: `the run has ${what}` });
