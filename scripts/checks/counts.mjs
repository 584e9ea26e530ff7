// What the runners' JSON reports say, as three numbers.
import { readFileSync } from 'node:fs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** @param {string} file @returns {any} */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/** A run that fails without a failed test (a file that does not load, a stray rejection) still counts as one. @param {Counts} counts @param {number} code @returns {Counts} */
const withExit = (counts, code) => (code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts);

/** @param {string} file vitest's json report @param {number} code */
export function vitestCounts(file, code) {
  const report = readReport(file);
  const unloaded = (report?.testResults ?? []).filter((/** @type {any} */ it) => it.status === 'failed' && it.assertionResults.length === 0);
  return withExit(
    {
      passed: report?.numPassedTests ?? 0,
      failed: (report?.numFailedTests ?? 0) + unloaded.length,
      skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0),
    },
    code,
  );
}

/** @param {string} file Playwright's json report @param {number} code */
export function playwrightCounts(file, code) {
  const stats = readReport(file)?.stats ?? {};
  return withExit({ passed: (stats.expected ?? 0) + (stats.flaky ?? 0), failed: stats.unexpected ?? 0, skipped: stats.skipped ?? 0 }, code);
}
