import { expect } from 'vitest';
import type { RunLog } from '../protocol-log';
import { isFinal, nameOf, opsOf } from '../read-run';
import type { Case } from '../scene';

/** The attempts of calls that asked for this step by its id. */
function attemptsOf(run: RunLog, name: string): number[] {
  const id = opsOf(run).find(({ op }) => nameOf(op) === name)?.op.id;
  return run.calls.filter(({ stepId }) => stepId === id).map(({ ctx }) => ctx.attempt);
}

const bodies = (run: RunLog, name: string) => opsOf(run).filter(({ op }) => nameOf(op) === name && op.op === 'StepRun').length;

export function parallelCases(test: Case): void {
  test('runs steps side by side, each asked for by its id and tried again alone, and goes on when all are done', async (scene) => {
    const { output, run, lines } = await scene.ended(await scene.send('parallel', { after: 1_000, nap: '1s' }));
    expect(output).toBe(6);
    expect(lines[0]).toBe('step → StepPlanned p1, StepPlanned p2, Sleep p3');
    expect(attemptsOf(run, 'p1')).toEqual([0]);
    expect(attemptsOf(run, 'p2')).toEqual([0, 1]);
    expect(attemptsOf(run, 'p3')).toEqual([]);
    expect(['p1', 'p2', 'sum'].map((name) => bodies(run, name))).toEqual([1, 1, 1]);
    expect(scene.rec.whats.filter((what) => what === 'sum')).toHaveLength(1);
    const sum = opsOf(run).find(({ op }) => nameOf(op) === 'sum' && op.op === 'StepRun')!.call;
    expect(sum.memo.size).toBe(3);
  });

  test('Promise.race goes to the step that finished first', async (scene) => {
    const eventId = await scene.send('race', { id: scene.tag });
    await scene.until('the step', () => scene.runs('race').some((started) => bodies(started, 'work') === 1));
    await scene.soon(() => scene.rec.whats.includes('winner'));
    // The SDK names a step that lost as long as it is open, so the run ends with it.
    await scene.sendUntil('signal', { to: scene.tag }, () => scene.runs('race').some((started) => started.calls.some(isFinal)));
    const { output, run } = await scene.ended(eventId);
    expect(output).toBe('work');
    expect(scene.rec.details('winner')).toEqual(['work']);
    expect(bodies(run, 'work')).toBe(1);
  });

  test('Promise.race goes to the event that came before the step was done', async (scene) => {
    scene.rec.close('race');
    const eventId = await scene.send('race', { id: scene.tag });
    await scene.until('the step', () => scene.rec.whats.includes('work begins'));
    // A server that calls again only when all are done shows nothing yet; the order holds for it as well.
    const decided = () => scene.rec.whats.includes('winner');
    await scene.send('signal', { to: scene.tag });
    await scene.soon(decided);
    if (!decided()) await scene.send('signal', { to: scene.tag });
    await scene.soon(decided);
    scene.rec.open('race');
    const { output } = await scene.ended(eventId);
    expect(output).toBe('signal');
    expect(scene.rec.details('winner')).toEqual(['signal']);
  });
}
