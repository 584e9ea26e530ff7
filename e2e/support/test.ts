import { test as base, expect } from '@playwright/test';

interface Fixtures {
  /** Says that the page may write errors that match, such as the browser's own note of a 429. */
  expectErrors: (pattern: RegExp) => void;
}

/** A test fails when its page writes an error to the console that the test did not expect. */
export const test = base.extend<Fixtures & { guard: void }>({
  expectErrors: async ({ page }, use) => {
    const errors: string[] = [];
    const expected: RegExp[] = [];
    page.on('console', (message) => message.type() === 'error' && errors.push(`${message.text()} (${message.location().url})`));
    page.on('pageerror', (error) => errors.push(String(error)));
    await use((pattern) => void expected.push(pattern));
    expect(errors.filter((error) => !expected.some((pattern) => pattern.test(error)))).toEqual([]);
  },
  guard: [async ({ expectErrors }, use) => use(void expectErrors), { auto: true }],
});

export { expect };
