import type { Call, RunLog } from '../protocol-log';
import { isFinal, isLinear, isRetriable } from '../read-run';
import type { Rule } from './rule';

/** By `max_attempts`, which inngest 4.24 (`helpers/functions`) takes where a server sends it, the SDK knows the last try. */
export const maxAttempts: Rule = (run, expected) =>
  run.calls.flatMap(({ ctx }, n) => {
    const right = expected.maxAttempts(run.fnId);
    if (right !== undefined && ctx.max_attempts !== undefined && ctx.max_attempts !== right) return [`call ${n} says max_attempts ${ctx.max_attempts}, not ${right}`];
    return ctx.attempt >= (ctx.max_attempts ?? Infinity) ? [`call ${n} is attempt ${ctx.attempt} of ${ctx.max_attempts}`] : [];
  });

/** The failed try that a call of attempt n > 0 repeats: of the same step, one attempt before, and not repeated yet. */
function repeated(call: Call, run: RunLog, taken: Set<Call>): Call | undefined {
  return run.calls.find(
    (before) => before.stepId === call.stepId && before.ctx.attempt === call.ctx.attempt - 1 && before.ended < call.begun && isRetriable(before) && !taken.has(before),
  );
}

/** 4.4.1: attempts count from 0, one more after an error; for each step anew. 4.4.3: what says no-retry is not tried again. */
export const attempts: Rule = (run) => {
  const taken = new Set<Call>();
  const broken: string[] = [];
  const linear = isLinear(run);
  run.calls.forEach((call, n) => {
    const { attempt } = call.ctx;
    const before = attempt > 0 ? repeated(call, run, taken) : undefined;
    if (before) taken.add(before);
    else if (attempt > 0) broken.push(`call ${n} is attempt ${attempt} of something that did not fail, or must not be tried again`);
    // Among calls side by side a discovery may be anew while another is tried again; one chain leaves no doubt.
    const previous = linear ? run.calls[n - 1] : run.calls.findLast((other) => other.begun < call.begun && other.stepId === call.stepId && other.stepId !== 'step');
    if (attempt === 0 && previous && isRetriable(previous)) broken.push(`call ${n} begins anew after attempt ${previous.ctx.attempt} failed`);
  });
  return broken;
};

/** 4.4.3: an error is tried again as long as there are attempts. Asked of runs that came to an end in one chain. */
export const triedAgain: Rule = (run) => {
  if (!isLinear(run) || !run.calls.some(isFinal)) return [];
  return run.calls.flatMap((call, n) => {
    const more = call.ctx.attempt + 1 < (call.ctx.max_attempts ?? 0);
    return isRetriable(call) && more && run.calls[n + 1]?.ctx.attempt !== call.ctx.attempt + 1 ? [`call ${n} failed and was not tried again`] : [];
  });
};
