import { afterAll, beforeAll, describe, it } from 'vitest';
import { Scene, type Case } from '../scene';
import type { World } from '../worlds/world';
import { changeCases } from './changes';
import { eventCases } from './events';
import { failureCases } from './failures';
import { flowCases } from './flow';
import { parallelCases } from './parallel';
import { stepCases } from './steps';

const sideBySide = [stepCases, failureCases, eventCases, parallelCases, flowCases];

/** Every case of the contract, for one executor. `timeoutMs` is for one test. */
export function contractCases(open: () => Promise<World>, timeoutMs: number): void {
  let world: World;
  beforeAll(async () => void (world = await open()), timeoutMs);
  afterAll(() => world?.close());
  const by =
    (define: typeof it.concurrent): Case =>
    (guarantee, act) =>
      define(guarantee, { timeout: timeoutMs }, async () => {
        const scene = new Scene(world);
        await act(scene);
        scene.conforms();
      });
  // They wait for real time, so they wait together; their tags keep them apart.
  describe('side by side', () => sideBySide.forEach((cases) => cases(by(it.concurrent))));
  describe('alone, where the app or its time changes', () => changeCases(by(it), it, () => world, timeoutMs));
}
