import { expect } from 'vitest';
import { hashed } from '../read-run';
import type { Case } from '../scene';

export function stepCases(test: Case): void {
  test('runs each step once, in a call of its own, and hands its result to those that follow', async (scene) => {
    const eventId = await scene.send('linear', { text: 'ü ☃' });
    const { status, output, run, lines } = await scene.ended(eventId);
    expect(status).toBe('Completed');
    expect(lines).toEqual(['step → StepRun a', 'step → StepRun b', 'step → StepRun c', 'step → 200']);
    const a = { n: 1, nested: { z: [1, null, 'ü ☃'] } };
    expect(output).toEqual({ a, b: 2, c: null, name: 'contract/linear', data: { tag: scene.tag, text: 'ü ☃' } });
    expect(scene.rec.whats.filter((what) => what !== 'body')).toEqual(['a', 'b', 'c']);
    expect(new Set(scene.rec.details('body'))).toEqual(new Set([run.runId]));
    // Call by call, what is known: nothing, a, a and b, all; in the order in which they finished.
    expect(run.calls.map(({ memo }) => [...memo.keys()].toSorted())).toEqual(run.calls.map((_call, n) => ['a', 'b', 'c'].slice(0, n).map(hashed).toSorted()));
    expect(run.calls.map(({ ctx }) => ctx.stack.stack)).toEqual(run.calls.map((_call, n) => ['a', 'b', 'c'].slice(0, n).map(hashed)));
    expect([...run.calls[3]!.memo.values()]).toHaveLength(3);
    expect(run.calls.map(({ ctx }) => ctx.disable_immediate_execution)).toEqual([false, false, false, false]);
  });

  test('tells steps of one name apart by how often it was met', async (scene) => {
    const { output, run, lines } = await scene.ended(await scene.send('same-id'));
    expect(lines).toEqual(['step → StepRun again', 'step → StepRun again', 'step → StepRun again', 'step → 200']);
    expect(output).toEqual([0, 1, 2]);
    expect(scene.rec.whats).toEqual(['again 0', 'again 1', 'again 2']);
    expect(run.calls[3]!.ctx.stack.stack).toEqual([hashed('again'), hashed('again:1'), hashed('again:2')]);
  });

  test('sleeps for a duration and until a date, and calls for nothing meanwhile', async (scene) => {
    const { status, run, lines } = await scene.ended(await scene.send('sleeper', { nap: '1s', until: new Date(Date.now() + 3_000).toISOString() }));
    expect(status).toBe('Completed');
    expect(lines).toEqual(['step → StepRun before', 'step → Sleep nap', 'step → StepRun between', 'step → Sleep until', 'step → StepRun after', 'step → 200']);
    expect(scene.rec.whats).toEqual(['before', 'between', 'after']);
    expect(run.calls[5]!.memo.get(hashed('nap'))).toMatchObject({ data: null });
    expect(run.calls[5]!.memo.get(hashed('until'))).toMatchObject({ data: null });
  });
}
