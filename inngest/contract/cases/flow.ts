import { expect } from 'vitest';
import { linesOf } from '../read-run';
import type { Case, Scene } from '../scene';

/** When a run sent after all of these has ended, the executor has had its turn at each. */
async function afterATurn(scene: Scene, eventIds: string[]): Promise<void> {
  for (const id of eventIds) await scene.until(`event ${id} to be taken up`, async () => (await scene.world.runsOf(id)).length > 0, scene.world.limits.readMs);
  await scene.ended(await scene.send('linear'));
}

export function flowCases(test: Case): void {
  test('never runs more steps of a function at once than its limit', async (scene) => {
    scene.rec.close('narrow');
    const ids = await Promise.all([0, 1, 2, 3].map((n) => scene.send('narrow', { n })));
    await scene.until('two steps', () => scene.rec.details('in').length >= 2);
    await afterATurn(scene, ids);
    expect(scene.rec.details('in')).toHaveLength(2);
    scene.rec.open('narrow');
    await Promise.all(ids.map((id) => scene.ended(id)));
    let now = 0;
    const peak = Math.max(...scene.rec.whats.map((what) => (now += what === 'in' ? 1 : what === 'out' ? -1 : 0)));
    expect([peak, scene.rec.details('in').toSorted()]).toEqual([2, [0, 1, 2, 3]]);
  });

  test('runs one step at a time for a key, and does not hold up other keys', async (scene) => {
    scene.rec.close('keyed');
    const [a, b] = [`${scene.tag}/a`, `${scene.tag}/b`];
    const first = await scene.send('keyed', { key: a, n: 1, gate: 'keyed' });
    await scene.until('the first', () => scene.rec.details(`enter ${a}`).length === 1);
    const [second, other] = [await scene.send('keyed', { key: a, n: 2 }), await scene.send('keyed', { key: b, n: 3 })];
    await scene.ended(other);
    await afterATurn(scene, [second]);
    expect(scene.rec.details(`enter ${a}`)).toEqual([1]);
    scene.rec.open('keyed');
    await Promise.all([scene.ended(first), scene.ended(second)]);
    expect(scene.rec.details(`enter ${a}`)).toEqual([1, 2]);
    expect(scene.rec.details(`leave ${a}`).toSorted()).toEqual([1, 2]);
  });

  test('starts one run for an idempotency key', async (scene) => {
    await scene.ended(await scene.send('idempotent', { key: scene.tag }));
    const again = await scene.send('idempotent', { key: scene.tag });
    const other = await scene.ended(await scene.send('idempotent', { key: `${scene.tag}/other` }));
    expect(other.status).toBe('Completed');
    expect(scene.rec.details('once')).toEqual([scene.tag, `${scene.tag}/other`]);
    expect((await scene.world.runsOf(again)).filter(({ status }) => status !== 'Skipped')).toEqual([]);
  });

  test('takes an event of a known id for the same event', async (scene) => {
    await scene.ended(await scene.send('linear', { n: 1 }, scene.tag));
    await scene.send('linear', { n: 1 }, scene.tag);
    await scene.ended(await scene.send('linear', { n: 2 }));
    expect(scene.runs('linear').map((run) => run.calls[0]!.event.data.n)).toEqual([1, 2]);
  });

  test('puts a run forward by its priority', async (scene) => {
    scene.rec.close('urgent');
    const ids = [await scene.send('urgent', { n: 0, vip: false, gate: true })];
    await scene.until('the one that holds the place', () => scene.rec.whats.includes('served'));
    for (const event of [{ n: 1, vip: false }, { n: 2, vip: false }, { n: 3, vip: true }]) ids.push(await scene.send('urgent', event));
    await afterATurn(scene, ids);
    expect(scene.rec.details('served')).toEqual([0]);
    scene.rec.open('urgent');
    await Promise.all(ids.map((id) => scene.ended(id)));
    expect(scene.rec.details('served').slice(0, 2)).toEqual([0, 3]);
    expect(scene.rec.details('served').toSorted()).toEqual([0, 1, 2, 3]);
  });

  test('cancels a run that is not done within timeouts.finish, and calls it no more', async (scene) => {
    const { status, run } = await scene.ended(await scene.send('bounded', { nap: '10s' }));
    expect(status).toBe('Cancelled');
    const calls = run.calls.length;
    await scene.ended(await scene.send('linear'));
    expect([run.calls.length, scene.rec.whats.includes('never')]).toEqual([calls, false]);
    // On a machine with much else to do it may not have come to its sleep.
    expect(['step → StepRun start', 'step → Sleep too long'].slice(0, calls)).toEqual(linesOf(run));
  });
}
