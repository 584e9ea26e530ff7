import { describe, expect, it } from 'vitest';
import type { Call, RunLog } from '../protocol-log';
import { brokenRules, rules, type Expected } from './index';
import { idOf, sampleLog, signingKey, type Sketch } from './sample-log';

const expected: Expected = { signingKey, maxAttempts: () => 4, toleranceMs: 5 };
const names = (run: RunLog): string[] => [...new Set(brokenRules(run, expected).map((line) => line.split(':')[0]!))];

const data = (value: unknown) => ({ data: value });
const error = { name: 'Error', message: 'no' };
const ran = (name: string, value: unknown = null) => ({ op: 'StepRun', displayName: name, data: value });

/** a, fails once, sleeps, waits in vain, b fails for good, the function goes on without it. */
const chain: Sketch[] = [
  { ops: [{ op: 'StepError', displayName: 'a', error }], headers: { 'retry-after': '2' } },
  { attempt: 1, at: [2_010, 2_015], ops: [ran('a', { x: 1 })] },
  { at: [2_020, 2_025], memo: { a: data({ x: 1 }) }, ops: [{ op: 'Sleep', displayName: 'nap', name: '1m1s' }] },
  { at: [63_030, 63_035], memo: { a: data({ x: 1 }), nap: data(null) }, ops: [{ op: 'WaitForEvent', displayName: 'w', name: 'y', opts: { timeout: '1s' } }] },
  { at: [64_040, 64_045], memo: { a: data({ x: 1 }), nap: data(null), w: data(null) }, ops: [{ op: 'StepFailed', displayName: 'b', error }], headers: { 'x-inngest-no-retry': 'true' } },
  { at: [64_050, 64_055], memo: { a: data({ x: 1 }), nap: data(null), w: data(null), b: { error } } },
];
const planned = (name: string) => ({ op: 'StepPlanned', displayName: name });
/** p and q side by side, then c. */
const sideBySide: Sketch[] = [
  { at: [0, 5], ops: [planned('p'), planned('q')] },
  { at: [10, 25], asks: 'p', planOnly: true, ops: [ran('p', 1)] },
  { at: [12, 20], asks: 'q', planOnly: true, ops: [{ op: 'StepError', displayName: 'q', error }] },
  { at: [30, 35], planOnly: true, memo: { p: data(1) }, ops: [planned('q')] },
  { at: [40, 45], asks: 'q', attempt: 1, planOnly: true, memo: { p: data(1) }, ops: [ran('q', 2)] },
  { at: [50, 55], memo: { p: data(1), q: data(2) }, ops: [ran('c')] },
  { at: [60, 65], memo: { p: data(1), q: data(2), c: data(null) } },
];

/** A run that departs from a good one in one call. */
const bent = (sketches: Sketch[], n: number, bend: (call: Call) => void): RunLog => {
  const run = sampleLog(sketches);
  bend(run.calls[n]!);
  return run;
};
const without = (sketches: Sketch[], n: number): RunLog => sampleLog(sketches.toSpliced(n, 1).map((sketch, at) => ({ ...sketch, at: sketch.at ?? [at * 10, at * 10 + 5] })));
const more = (sketches: Sketch[], ...added: Sketch[]): RunLog => sampleLog([...sketches, ...added]);
const remember = (call: Call, name: string, value: unknown) => call.memo.set(idOf(name), value as never);

describe('the rules of the protocol', () => {
  it('hold for a chain of steps and for steps side by side', () => {
    expect(brokenRules(sampleLog(chain), expected)).toEqual([]);
    expect(brokenRules(sampleLog(sideBySide), expected)).toEqual([]);
  });

  const broken: [rule: string, how: string, run: () => RunLog][] = [
    ['signed', 'no signature', () => bent(chain, 1, (call) => call.headers.delete('x-inngest-signature'))],
    ['signed', 'another key', () => bent(chain, 1, (call) => call.headers.set('x-inngest-signature', call.headers.get('x-inngest-signature')!.replace(/.$/, (c) => (c === '0' ? '1' : '0'))))],
    ['signed', 'another body', () => bent(chain, 1, (call) => (call.text += ' '))],
    ['signed', 'an old signature', () => bent(chain, 1, (call) => (call.begunMs += 301_000))],
    ['oneRun', 'another event', () => bent(chain, 2, (call) => ((call.event = { ...call.event, id: 'e2' }), (call.events = [call.event])))],
    ['oneRun', 'another function', () => bent(chain, 2, (call) => (call.fnId = 'contract-y'))],
    ['oneRun', 'no events', () => bent(chain, 2, (call) => (call.events = []))],
    ['stepIds', 'a name for an id', () => bent(sideBySide, 1, (call) => (call.stepId = 'p'))],
    ['maxAttempts', 'another number', () => bent(chain, 0, (call) => (call.ctx.max_attempts = 3))],
    ['maxAttempts', 'one too many', () => bent(chain, 1, (call) => (call.ctx.attempt = 4))],
    ['attempts', 'not counted on', () => bent(chain, 1, (call) => (call.ctx.attempt = 0))],
    ['attempts', 'counted on after a success', () => bent(chain, 2, (call) => (call.ctx.attempt = 1))],
    ['attempts', 'again what must not be', () => bent(chain, 5, (call) => (call.ctx.attempt = 1))],
    ['attempts', 'a planned step not counted on', () => bent(sideBySide, 4, (call) => (call.ctx.attempt = 0))],
    ['triedAgain', 'given up early', () => sampleLog([{ status: 500 }, { status: 400 }])],
    ['knownSteps', 'a result out of nowhere', () => bent(chain, 4, (call) => (remember(call, 'z', data(1)), call.ctx.stack.stack.push(idOf('z'))))],
    ['remembered', 'forgotten', () => bent(chain, 3, (call) => (call.memo.delete(idOf('a')), call.ctx.stack.stack.shift(), (call.ctx.stack.current = 1)))],
    ['remembered', 'forgotten at the end of steps side by side', () => bent(sideBySide, 6, (call) => (call.memo.delete(idOf('c')), call.ctx.stack.stack.pop(), (call.ctx.stack.current = 2)))],
    ['results', 'changed', () => bent(chain, 2, (call) => remember(call, 'a', data({ x: 2 })))],
    ['results', 'an error as data', () => bent(chain, 5, (call) => remember(call, 'b', data(error)))],
    ['results', 'another error', () => bent(chain, 5, (call) => remember(call, 'b', { error: { ...error, message: 'other' } }))],
    ['givenResults', 'a sleep with a result', () => bent(chain, 3, (call) => remember(call, 'nap', data(1)))],
    ['givenResults', 'the data of an event for the event', () => bent(chain, 4, (call) => remember(call, 'w', data({ n: 1 })))],
    ['ranOnce', 'run again by a discovery', () => bent(chain, 5, (call) => ((call.answer!.status = 206), call.answer!.ops.push({ id: idOf('a'), op: 'StepRun' })))],
    ['ranOnce', 'asked for again', () => bent(sideBySide, 5, (call) => (call.stepId = idOf('p')))],
    ['stack', 'a result that is not in it', () => bent(chain, 2, (call) => call.ctx.stack.stack.pop())],
    ['stack', 'twice in it', () => bent(chain, 3, (call) => (call.ctx.stack.stack[1] = call.ctx.stack.stack[0]!))],
    ['stack', 'a place beyond it', () => bent(chain, 3, (call) => (call.ctx.stack.current = 3))],
    ['oneOrder', 'another order later', () => bent(sideBySide, 6, (call) => call.ctx.stack.stack.reverse())],
    ['askedWhenPlanned', 'never planned', () => bent(sideBySide, 1, (call) => (call.stepId = idOf('z')))],
    ['plannedAreCalled', 'never called', () => without(sideBySide, 1)],
    ['planOnly', 'a second one could run it', () => bent(sideBySide, 3, (call) => (call.ctx.disable_immediate_execution = false))],
    ['sleeps', 'too early', () => bent(chain, 3, (call) => (call.begunMs -= 50))],
    ['waits', 'too early', () => bent(chain, 4, (call) => (call.begunMs -= 50))],
    ['retryAfter', 'too early', () => bent(chain, 1, (call) => (call.begunMs -= 50))],
    ['nothingAfterTheEnd', 'called after the result', () => more(sideBySide, { at: [70, 75], memo: { p: data(1), q: data(2), c: data(null) } })],
    ['nothingAfterTheEnd', 'called after the last attempt', () => sampleLog([0, 1, 2, 3].map((attempt) => ({ attempt, status: 500 })).concat({ attempt: 0, status: 500 }))],
  ];

  it.each(broken)('%s notices: %s', (rule, _how, run) => {
    expect(names(run())).toContain(rule);
  });

  it('are each seen broken here', () => {
    expect(new Set(broken.map(([rule]) => rule))).toEqual(new Set(Object.keys(rules)));
  });

  it('ask nothing of a dev server’s signatures', () => {
    const run = bent(chain, 1, (call) => call.headers.delete('x-inngest-signature'));
    expect(brokenRules(run, { ...expected, signingKey: undefined })).toEqual([]);
  });
});
