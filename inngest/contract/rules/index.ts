/**
 * What holds for every run on any executor that keeps to the SDK's protocol. Numbers in the rules are sections of the
 * SDK specification (`docs/SDK_SPEC.md` of the inngest repository).
 */
import type { RunLog } from '../protocol-log';
import { isFinal } from '../read-run';
import { attempts, maxAttempts, triedAgain } from './attempts';
import { oneRun, signed, stepIds } from './envelope';
import { givenResults, knownSteps, ranOnce, remembered, results } from './memo';
import { askedWhenPlanned, plannedAreCalled, planOnly } from './planning';
import type { Expected, Rule } from './rule';
import { oneOrder, stack } from './stack';
import { retryAfter, sleeps, waits } from './times';

export type { Expected } from './rule';

/** 4.4.3: after the function's result, or an error that is not tried again, no further call begins. */
const nothingAfterTheEnd: Rule = (run) =>
  run.calls.flatMap((call, n) => (run.calls.some((last) => isFinal(last) && call.begun > last.ended) ? [`call ${n} begins after the run has ended`] : []));

export const rules: Record<string, Rule> = {
  signed, oneRun, stepIds,
  maxAttempts, attempts, triedAgain,
  knownSteps, remembered, results, givenResults, ranOnce,
  stack, oneOrder,
  askedWhenPlanned, plannedAreCalled, planOnly,
  sleeps, waits, retryAfter,
  nothingAfterTheEnd,
};

/** Every way in which a run breaks a rule, by the rule's name. */
export function brokenRules(run: RunLog, expected: Expected): string[] {
  return Object.entries(rules).flatMap(([name, rule]) => rule(run, expected).map((how) => `${name}: ${how}`));
}
