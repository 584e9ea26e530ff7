import { expect } from 'vitest';
import type { Case } from '../scene';

export function failureCases(test: Case): void {
  test('tries a step again when its RetryAfterError says, with the attempt counted', async (scene) => {
    const { status, lines, run } = await scene.ended(await scene.send('retry-after', { after: 2_000 }));
    expect(status).toBe('Completed');
    expect(lines).toEqual(['step → StepError limited', 'step (attempt 1) → StepRun limited', 'step → 200']);
    expect(run.calls[0]!.answer!.headers.get('retry-after')).toBe('2');
    expect(scene.rec.whats).toEqual(['limited 0', 'limited 1']);
  });

  test('tries a step again by its own backoff, nothing before it, and counts the next step anew', async (scene) => {
    const { output, lines } = await scene.ended(await scene.send('flaky', { failures: 1 }));
    expect(lines).toEqual(['step → StepRun sure', 'step → StepError unsure', 'step (attempt 1) → StepRun unsure', 'step → StepRun then', 'step → 200']);
    expect(output).toBe('made it');
    expect(scene.rec.whats).toEqual(['sure', 'unsure 0', 'unsure 1', 'then 0']);
  });

  test('tries the function again when it throws between steps', async (scene) => {
    const { output, lines, run } = await scene.ended(await scene.send('flaky-body', { failures: 1, after: 1_000 }));
    expect(lines).toEqual(['step → StepRun sure', 'step → 500', 'step (attempt 1) → 200']);
    expect(run.calls[1]!.answer!.headers.get('x-inngest-no-retry')).toBe('false');
    expect(output).toBe(1);
    expect(scene.rec.whats).toEqual(['sure', 'body 0', 'body 1']);
  });

  test('does not try a NonRetriableError again, and gives onFailure the event, the run and the error', async (scene) => {
    const { id, status, lines } = await scene.ended(await scene.send('hopeless', { x: 1 }));
    expect(status).toBe('Failed');
    expect(lines).toEqual(['step → StepFailed breaks', 'step → 400']);
    const failure = await scene.other('hopeless-failure');
    expect(failure.calls[0]!.event).toMatchObject({
      name: 'inngest/function.failed',
      data: { function_id: `${scene.world.app.client.id}-hopeless`, run_id: id, event: { name: 'contract/hopeless', data: { x: 1, tag: scene.tag } }, error: { message: 'no use' } },
    });
    expect(scene.rec.whats).toEqual(['breaks 0', 'onFailure']);
    expect(scene.rec.details('onFailure')).toMatchObject([{ message: 'no use', data: { x: 1 }, run: id }]);
  });

  test('fails the run with the last error when the retries are used up, and then calls onFailure once', async (scene) => {
    const { status, lines } = await scene.ended(await scene.send('exhausted', { after: 1_000 }));
    expect(status).toBe('Failed');
    expect(lines).toEqual(['step → StepError breaks', 'step (attempt 1) → StepFailed breaks', 'step → 400']);
    const failure = await scene.other('exhausted-failure');
    expect(failure.calls[0]!.event.data).toMatchObject({ error: { message: 'broken 1' } });
    expect(scene.rec.whats).toEqual(['breaks 0', 'breaks 1', 'onFailure']);
    expect(scene.rec.details('onFailure')).toEqual(['broken 1']);
  });

  test('lets the function catch a step that failed for good, and go on', async (scene) => {
    const { status, output, lines } = await scene.ended(await scene.send('catcher'));
    expect(lines).toEqual(['step → StepFailed breaks', 'step → StepRun instead', 'step → 200']);
    expect([status, output]).toEqual(['Completed', 'instead of: broken']);
    expect(scene.rec.whats).toEqual(['breaks']);
  });
}
