// npm test: everything that can be checked, from a fresh clone. `npm test -- --only unit,lint` runs some of it.
import './setup/require-node.mjs';

const { enter } = await import('./setup/enter.mjs');
await enter({ build: false });
const { endChildrenOnSignals } = await import('./setup/run.mjs');
const { steps } = await import('./checks/steps.mjs');

const at = process.argv.indexOf('--only');
const only = at < 0 ? steps.map((step) => step.name) : (process.argv[at + 1] ?? '').split(',');
const unknown = only.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(`--only knows ${steps.map((step) => step.name).join(', ')}; not ${unknown.join(', ')}`);
  process.exit(2);
}

endChildrenOnSignals();
const total = { passed: 0, failed: 0, skipped: 0 };
/** @type {string[]} */
const failed = [];
/** @type {string[]} */
const summary = [];
for (const { name, what, run } of steps.filter((step) => only.includes(step.name))) {
  console.log(`\n=== ${name}: ${what}`);
  const startedAtMs = Date.now();
  const outcome = await run({ failed }).catch((error) => {
    console.error(error);
    return /** @type {import('./checks/steps.mjs').Outcome} */ ({ passed: 0, failed: 1, skipped: 0 });
  });
  for (const key of /** @type {const} */ (['passed', 'failed', 'skipped'])) total[key] += outcome[key];
  if (outcome.failed > 0) failed.push(name);
  const word = outcome.failed > 0 ? 'FAILED' : outcome.why ? 'SKIPPED' : 'ok';
  if (outcome.why) console.log(`${word}: ${outcome.why}`);
  const numbers = `${outcome.passed} passed, ${outcome.failed} failed, ${outcome.skipped} skipped`;
  const seconds = `${((Date.now() - startedAtMs) / 1000).toFixed(0)} s`;
  summary.push(`${name.padEnd(9)} ${word.padEnd(8)} ${seconds.padStart(6)}   ${numbers}${outcome.why ? ` (${outcome.why})` : ''}`);
}
console.log(`\n${summary.join('\n')}\n`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed > 0 ? 1 : 0);
