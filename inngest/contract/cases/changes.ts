import { expect, type TestAPI } from 'vitest';
import { brokenRules } from '../rules';
import type { Case } from '../scene';
import type { World } from '../worlds/world';

/** What changes the whole app or its clock; nothing else may run meanwhile. */
export function changeCases(test: Case, it: TestAPI, world: () => World, timeoutMs: number): void {
  test('goes on with a run whose function changed with a deployment: what is done is kept, what is new is run', async (scene) => {
    const eventId = await scene.send('changing', { nap: '2s' });
    await scene.until('the sleep', () => scene.runs('changing').some((run) => run.calls.some((call) => call.answer?.ops.some(({ op }) => op === 'Sleep'))));
    await scene.world.deploy({ version: 2 });
    const { status, output, lines } = await scene.ended(eventId);
    await scene.world.deploy({ version: 1 });
    expect(lines.slice(0, 3)).toEqual(['step → StepRun kept', 'step → StepRun dropped', 'step → Sleep nap']);
    expect(lines.slice(3)).toEqual(['step → StepRun new', 'step → StepRun new end', 'step → 200']);
    expect([status, output]).toEqual(['Completed', ['kept by 1', 'ended by 2']]);
    expect(scene.rec.whats).toEqual(['kept by 1', 'dropped', 'new']);
  });

  it('starts a function by its schedule, with an event that says so', { timeout: timeoutMs }, async (context) => {
    const { scheduleMs, app, limits, expected } = world();
    if (scheduleMs === undefined) return context.skip('set CONTRACT_CRON=1 to wait for a schedule of every minute');
    const rec = app.recorders.of({ tag: 'nightly' });
    const before = rec.notes.length;
    world().passTime(scheduleMs);
    await expect.poll(() => rec.notes.length, { timeout: limits.endMs, interval: limits.lookMs }).toBeGreaterThan(before);
    const run = app.log.of(`${app.client.id}-nightly`).at(-1)!;
    await expect.poll(() => run.calls.at(-1)?.answer?.status, { timeout: limits.endMs }).toBe(200);
    expect(run.calls.map((call) => call.event.name)).toEqual(['inngest/scheduled.timer']);
    expect(brokenRules(run, expected)).toEqual([]);
  });
}
