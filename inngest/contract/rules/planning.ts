import { isWhole, opsOf } from '../read-run';
import type { Rule } from './rule';

/** 5.3.1: a step is asked for by its id when it was planned before, and only then. */
export const askedWhenPlanned: Rule = (run) =>
  run.calls.flatMap((call, n) => {
    if (call.stepId === 'step') return [];
    const planned = opsOf(run).some(({ op, call: before }) => op.op === 'StepPlanned' && op.id === call.stepId && before.ended < call.begun);
    return planned ? [] : [`call ${n} asks for step ${call.stepId}, which was not planned`];
  });

/** 5.3.1: each planned step gets a call of its own. Asked of runs that did everything; one that ended before may leave some. */
export const plannedAreCalled: Rule = (run) => {
  if (!run.calls.some(isWhole)) return [];
  const planned = new Map(opsOf(run).filter(({ op }) => op.op === 'StepPlanned').map(({ op }) => [op.id, op]));
  return [...planned.keys()].filter((id) => !run.calls.some((call) => call.stepId === id)).map((id) => `step ${id} was planned and never called`);
};

/**
 * 5.5: once steps were reported side by side, no call may run one on the spot while others are outstanding: it would be
 * the second to run it. (The specification says for the rest of the run; executors take it back when all have finished.)
 */
export const planOnly: Rule = (run) =>
  run.calls.flatMap((call, n) => {
    const sideBySide = run.calls.filter((before) => before.ended < call.begun && (before.answer?.ops.length ?? 0) > 1).flatMap((before) => before.answer!.ops);
    const outstanding = sideBySide.some((op) => !call.memo.has(op.id));
    return outstanding && !call.ctx.disable_immediate_execution ? [`call ${n} allows immediate execution while steps are outstanding`] : [];
  });
