import { isDeepStrictEqual } from 'node:util';
import type { Memo, Op, RunLog } from '../protocol-log';
import { isLinear, isWhole, nameOf, opsOf } from '../read-run';
import type { Rule } from './rule';

const ran = ['StepRun', 'Step'];

/** Answers that finished a step, each once: the body ran, or failed for good. */
function finished(run: RunLog): { op: Op; ended: number }[] {
  return opsOf(run)
    .filter(({ op, call }) => ran.includes(op.op) || op.op === 'StepFailed' || (op.op === 'StepError' && call.ctx.attempt + 1 === call.ctx.max_attempts))
    .map(({ op, call }) => ({ op, ended: call.ended }));
}

/** 5.2: only what the SDK reported can have a result. */
export const knownSteps: Rule = (run) =>
  run.calls.flatMap((call, n) => {
    const reported = new Set(opsOf(run).filter((answer) => answer.call.ended < call.begun).map(({ op }) => op.id));
    return [...call.memo.keys()].filter((id) => !reported.has(id)).map((id) => `call ${n} has a result of step ${id}, which was never reported`);
  });

/** 5.2.2: a finished step is in the memo of what follows. Where calls overlap only the one that completes the run must know of all. */
export const remembered: Rule = (run) => {
  const calls = isLinear(run) ? run.calls : run.calls.filter(isWhole);
  return calls
    .filter((call) => !call.ctx.use_api)
    .flatMap((call) =>
      finished(run)
        .filter(({ op, ended }) => ended < call.begun && !call.memo.has(op.id))
        .map(({ op }) => `call ${run.calls.indexOf(call)} does not know that "${nameOf(op)}" has finished`),
    );
};

/** 5.2.1: the result as it was answered, `{data}`; an error in the form of an error, `{error: {name, message}}`. */
export const results: Rule = (run) => {
  const answers = new Map(finished(run).map(({ op }) => [op.id, op]));
  return run.calls.flatMap((call, n) =>
    [...call.memo].flatMap(([id, memo]) => {
      const op = answers.get(id);
      return op && !fits(op, memo) ? [`call ${n} has "${nameOf(op)}" as ${JSON.stringify(memo)}, answered was ${JSON.stringify(op.error ?? op.data ?? null)}`] : [];
    }),
  );
};

function fits(op: Op, memo: Memo): boolean {
  if (ran.includes(op.op)) return 'data' in memo && isDeepStrictEqual(memo.data, op.data ?? null);
  return 'error' in memo && memo.error.message === op.error?.message && memo.error.name === op.error?.name;
}

/** 5.3.2 – 5.3.4: a sleep's result is null, a wait's null or the whole event, an invocation's data or an error. */
export const givenResults: Rule = (run) => {
  const given = new Map(opsOf(run).map(({ op }) => [op.id, op]));
  return run.calls.flatMap((call, n) =>
    [...call.memo].flatMap(([id, memo]) => {
      const op = given.get(id);
      const data = 'data' in memo ? memo.data : undefined;
      const event = data as { name?: unknown; data?: unknown } | null | undefined;
      const wrong = (op?.op === 'Sleep' && data !== null) || (op?.op === 'WaitForEvent' && data !== null && !(event?.name === op.name && event?.data));
      return wrong ? [`call ${n} has "${nameOf(op!)}" (${op!.op}) as ${JSON.stringify(memo)}`] : [];
    }),
  );
};

/** 5.2.2, and why one uses steps at all: a body that has finished never runs again. */
export const ranOnce: Rule = (run) =>
  finished(run).flatMap(({ op, ended }) =>
    run.calls
      .filter((call) => call.begun > ended && (call.stepId === op.id || call.answer?.ops.some((other) => other.id === op.id && [...ran, 'StepError', 'StepFailed'].includes(other.op))))
      .map((call) => `"${nameOf(op)}" had finished, and call ${run.calls.indexOf(call)} ran it again`),
  );
