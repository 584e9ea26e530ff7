/** Functions nobody wrote: steps, sleeps, waits and failures, one after the other, side by side and in races. */
import fc from 'fast-check';
import type { Inngest } from 'inngest';

type Part =
  | { kind: 'run'; failures: number }
  | { kind: 'sleep'; seconds: number }
  | { kind: 'wait'; seconds: number }
  | { kind: 'all' | 'race'; branches: Part[][] };

export type Program = Part[];

const leaf: fc.Arbitrary<Part> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('run' as const), failures: fc.constantFrom(0, 0, 0, 1, 2) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('sleep' as const), seconds: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 8 }) }) },
);

function parts(depth: number): fc.Arbitrary<Part[]> {
  const branching = fc.record({ kind: fc.constantFrom('all' as const, 'race' as const), branches: fc.array(fc.constant(depth).chain((d) => parts(d - 1)), { minLength: 2, maxLength: 3 }) });
  return fc.array(depth > 0 ? fc.oneof({ weight: 3, arbitrary: leaf }, { weight: 2, arbitrary: branching }) : leaf, { minLength: 1, maxLength: 3 });
}

export const anyProgram: fc.Arbitrary<Program> = parts(2);

/** The events its waits wait for. */
export function awaited(program: Program, path = ''): string[] {
  return program.flatMap((part, n) =>
    part.kind === 'wait' ? [`any/${path}${n}`] : 'branches' in part ? part.branches.flatMap((branch, b) => awaited(branch, `${path}${n}.${b}.`)) : [],
  );
}

/** The program as a function. It tells which way each race went and what each wait got: the same in every call, or the order is not one. `tries` counts each step's. */
export function functionOf(client: Inngest, program: Program, tries: Map<string, number>) {
  return client.createFunction({ id: 'any', retries: 3, triggers: { event: 'contract/any' } }, async ({ step }) => {
    const told: string[] = [];
    const play = async (sequence: Part[], path: string): Promise<void> => {
      for (const [n, part] of sequence.entries()) await playOne(part, `${path}${n}`);
    };
    const playOne = async (part: Part, id: string): Promise<void> => {
      switch (part.kind) {
        case 'run':
          await step.run(id, () => {
            tries.set(id, (tries.get(id) ?? 0) + 1);
            if (tries.get(id)! <= part.failures) throw new Error(`failure ${tries.get(id)}`);
          });
          return;
        case 'sleep':
          return step.sleep(id, part.seconds * 1000);
        case 'wait':
          told.push(`${id} ${(await step.waitForEvent(id, { event: `any/${id}`, timeout: part.seconds * 1000 })) ? 'came' : 'did not come'}`);
          return;
        case 'all':
          await Promise.all(part.branches.map((branch, b) => play(branch, `${id}.${b}.`)));
          return;
        case 'race':
          told.push(`${id} to ${await Promise.race(part.branches.map((branch, b) => play(branch, `${id}.${b}.`).then(() => b)))}`);
      }
    };
    await play(program, '');
    return told;
  });
}
