import { afterEach, beforeEach, type MockInstance, vi } from 'vitest';

const surprises: string[] = [];
let guards: MockInstance[] = [];

/**
 * A test fails when the code under it writes an error or a warning that the test did not expect. One that is expected
 * is caught with `vi.spyOn(console, 'error').mockImplementation(…)`, which replaces the guard for that test.
 */
beforeEach(() => {
  guards = (['error', 'warn'] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation((...args) => void surprises.push(`console.${level}: ${args.map(String).join(' ')}`)),
  );
});

afterEach(() => {
  for (const guard of guards) guard.mockRestore();
  const found = surprises.splice(0);
  if (found.length > 0) throw new Error(`unexpected output\n${found.join('\n')}`);
});
