import { expect } from 'vitest';
import { hashed } from '../read-run';
import type { Case, Scene } from '../scene';

const waiting = (scene: Scene, functionId: string) => () => scene.runs(functionId).some((run) => run.calls.some((call) => call.answer?.ops.some(({ op }) => op === 'WaitForEvent')));
const sleeping = (scene: Scene) => scene.runs('cancellable').filter((run) => run.calls.some((call) => call.answer?.ops.some(({ op }) => op === 'Sleep')));

export function eventCases(test: Case): void {
  test('wakes a wait by an event its expression holds for, with the whole event, and by no other', async (scene) => {
    const eventId = await scene.send('waiter', { id: scene.tag, timeout: '10m' });
    await scene.until('the wait', waiting(scene, 'waiter'));
    await scene.send('answer', { to: 'somebody else', text: 'not mine' });
    await scene.sendUntil('answer', { to: scene.tag, text: 'mine' }, () => scene.rec.whats.includes('answered'));
    const { output, run, lines } = await scene.ended(eventId);
    expect(lines).toEqual(['step → StepRun ready', 'step → WaitForEvent answer', 'step → 200']);
    expect(output).toBe('mine');
    expect(run.calls[2]!.memo.get(hashed('answer'))).toMatchObject({ data: { name: 'contract/answer', data: { to: scene.tag, text: 'mine', tag: scene.tag } } });
  });

  test('gives a wait null when its time is over', async (scene) => {
    const { output, lines } = await scene.ended(await scene.send('waiter', { id: scene.tag, timeout: '1s' }));
    expect(lines).toEqual(['step → StepRun ready', 'step → WaitForEvent answer', 'step → 200']);
    expect(output).toBeNull();
  });

  test('an event that comes just before its wait does no harm; where the server looks back it ends the wait', async (scene) => {
    scene.rec.close('waiter');
    const eventId = await scene.send('waiter', { id: scene.tag, gate: true, timeout: '5s' });
    await scene.until('the step before the wait', () => scene.rec.whats.includes('ready'));
    await scene.send('answer', { to: scene.tag, text: 'early' });
    scene.rec.open('waiter');
    const { output } = await scene.ended(eventId);
    expect(scene.world.looksBack ? ['early'] : ['early', null]).toContain(output);
  });

  test('step.sendEvent is a step, and its events start the functions whose filter holds', async (scene) => {
    const { output, lines, run } = await scene.ended(await scene.send('sender'));
    expect(lines).toEqual(['step → StepRun tell', 'step → 200']);
    expect(output).toBe(3);
    expect((run.calls[0]!.answer!.ops[0]!.data as { ids: string[] }).ids).toHaveLength(3);
    const told = await Promise.all([scene.other('told'), scene.other('told', 1)]);
    expect(told.map(({ calls }) => calls[0]!.event.data)).toEqual(expect.arrayContaining([1, 2].map((n) => ({ n, tag: scene.tag }))));
    expect(scene.rec.details('told').toSorted()).toEqual([1, 2]);
    expect(scene.runs('told')).toHaveLength(2);
  });

  test('invokes another function and goes on with its result', async (scene) => {
    const { output, lines, run } = await scene.ended(await scene.send('invoker'));
    expect(lines).toEqual(['step → InvokeFunction ask', 'step → 200']);
    expect(output).toBe(42);
    const child = await scene.other('child');
    expect(child.calls[0]!.event).toMatchObject({ name: 'inngest/function.invoked', data: { n: 21, tag: scene.tag } });
    expect(run.calls[1]!.memo.get(hashed('ask'))).toMatchObject({ data: { doubled: 42 } });
  });

  test('an invoked function that fails is an error of the step, which the function may catch', async (scene) => {
    const { status, output, lines, run } = await scene.ended(await scene.send('invoker', { fail: true }));
    expect(lines).toEqual(['step → InvokeFunction ask', 'step → 200']);
    expect([status, output]).toEqual(['Completed', 'caught: child failed']);
    expect(run.calls[1]!.memo.get(hashed('ask'))).toMatchObject({ error: { message: 'child failed' } });
  });

  test('cancels the run an event’s expression holds for, and no other; a cancelled run is called no more', async (scene) => {
    const [first, second] = [`${scene.tag}/1`, `${scene.tag}/2`];
    const ids = await Promise.all([{ id: first, nap: '10m' }, { id: second, nap: '2s' }].map((data) => scene.send('cancellable', data)));
    await scene.until('the sleeps', () => sleeping(scene).length === 2);
    await scene.send('cancel', { id: first });
    const [cancelled, left] = [await scene.ended(ids[0]!), await scene.ended(ids[1]!)];
    expect([cancelled.status, left.status]).toEqual(['Cancelled', 'Completed']);
    expect(cancelled.lines).toEqual(['step → StepRun start', 'step → Sleep long']);
    expect(left.lines).toEqual(['step → StepRun start', 'step → Sleep long', 'step → StepRun end', 'step → 200']);
    expect(scene.rec.details('end')).toEqual([second]);
  });
}
