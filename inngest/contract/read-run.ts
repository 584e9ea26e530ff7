/** What a run's log says, in the words the rules and the cases use. */
import { createHash } from 'node:crypto';
import type { Call, Op, RunLog } from './protocol-log';

/** What a step is called in the protocol (SDK specification 5.1.2). */
export const hashed = (id: string): string => createHash('sha1').update(id).digest('hex');

/** Errors the executor may answer with another try: a failed step, or a function that threw (SDK specification 4.4.3, 5.3.1). */
export function isRetriable(call: Call): boolean {
  if (call.answer?.headers.get('x-inngest-no-retry') === 'true') return false;
  const status = call.answer?.status ?? 0;
  return status >= 500 || (call.answer?.ops.some((op) => op.op === 'StepError') ?? false);
}

/** The answer after which there is nothing to call: the result, or an error that is not tried again (4.4.3). */
export function isFinal(call: Call): boolean {
  const { answer, ctx } = call;
  if (!answer || answer.status === 206) return false;
  return answer.status === 200 || answer.status === 400 || answer.headers.get('x-inngest-no-retry') === 'true' || (ctx.max_attempts !== undefined && ctx.attempt + 1 >= ctx.max_attempts);
}

/**
 * The answer with which all is done: the SDK gives a discovery the result only when no step is open. A call for one step
 * gets it as soon as the function returns, in the middle of a lost branch of a race for one (inngest 4.24 `engine`).
 */
export const isWhole = (call: Call): boolean => call.stepId === 'step' && call.answer?.status === 200;

export const opsOf = (run: RunLog): { op: Op; call: Call }[] => run.calls.flatMap((call) => (call.answer?.ops ?? []).map((op) => ({ op, call })));

export const nameOf = (op: Op): string => op.displayName ?? op.name ?? op.id;

/** The run as a list of `asked for (attempt) → answer`, steps by their names. */
export function linesOf(run: RunLog): string[] {
  const names = new Map(opsOf(run).map(({ op }) => [op.id, nameOf(op)]));
  return run.calls.map(({ stepId, ctx, answer }) => {
    const asked = stepId === 'step' ? 'step' : (names.get(stepId) ?? stepId);
    const told = answer?.status === 206 ? answer.ops.map((op) => `${op.op} ${nameOf(op)}`).join(', ') : String(answer?.status ?? 'no answer');
    return `${asked}${ctx.attempt > 0 ? ` (attempt ${ctx.attempt})` : ''} → ${told}`;
  });
}

/** Whether the run was one chain of calls, each with one operation at most: then nothing is left to timing. */
export function isLinear(run: RunLog): boolean {
  return run.calls.every((call, n) => (call.answer?.ops.length ?? 0) <= 1 && call.begun > (run.calls[n - 1]?.ended ?? -1));
}
