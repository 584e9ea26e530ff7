// The steps of `npm test`, in order. Each runs whatever became of the ones before it, except those that need the build.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onInterrupt, run } from '../setup/run.mjs';
import { root, setup, SetupError } from '../setup/setup.mjs';
import { findChromium } from './chromium.mjs';
import { playwrightCounts, vitestCounts } from './counts.mjs';
import { findPostgres, startPostgres } from './postgres.mjs';
import { missingFrom, withSbin } from './programs.mjs';
import { missingPrograms, startRadosgw } from '../../test/radosgw/radosgw.mjs';

/** @typedef {import('./counts.mjs').Counts & { why?: string }} Outcome */

const reports = mkdtempSync(path.join(os.tmpdir(), 'motioness-reports-'));
process.on('exit', () => rmSync(reports, { recursive: true, force: true }));

/** @param {string} bin below node_modules @param {string[]} args @param {Record<string, string>} [env] */
const tool = async (bin, args, env) =>
  (await run(process.execPath, [path.join(root, 'node_modules', bin), ...args], { cwd: root, env })).code;

/** A tool that says yes or no. @param {number[]} codes @returns {Outcome} */
const verdict = (...codes) => ({ passed: 0, failed: codes.filter((code) => code !== 0).length, skipped: 0 });

/** What this machine lacks: skipped, but told; where everything must be checked (CI), a failure. @param {string} why @returns {Outcome} */
const lacking = (why) => (process.env.CI === 'true' ? { passed: 0, failed: 1, skipped: 0, why } : { passed: 0, failed: 0, skipped: 1, why });

/** @param {string} name @param {string[]} args @param {Record<string, string>} [env] */
async function vitest(name, args, env) {
  const report = path.join(reports, `${name}.json`);
  const code = await tool('vitest/vitest.mjs', ['run', '--reporter=dot', '--reporter=json', `--outputFile.json=${report}`, ...args], env);
  return vitestCounts(report, code);
}

/** @param {string} name @param {string[]} args @param {Record<string, string>} env */
async function playwright(name, args, env) {
  const report = path.join(reports, `${name}.json`);
  const code = await tool('@playwright/test/cli.js', ['test', ...args], { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: report });
  return playwrightCounts(report, code);
}

async function lint() {
  const style = await tool('eslint/bin/eslint.js', ['.', '--max-warnings=0', '--cache', '--cache-location', 'node_modules/.cache/eslint/']);
  const arrows = await tool('dependency-cruiser/bin/dependency-cruise.mjs', ['--config', '.dependency-cruiser.cjs', 'app', 'components', 'embed', 'inngest', 'lib', 'instrumentation.ts', 'proxy.ts']);
  return verdict(style, arrows);
}

async function types() {
  return verdict(await tool('typescript/bin/tsc', ['--noEmit']));
}

async function postgres() {
  const bin = findPostgres();
  if (!bin) return lacking('no PostgreSQL (initdb, pg_ctl) on this machine');
  const server = await startPostgres(bin);
  const forget = onInterrupt(server.stop);
  try {
    return await vitest('postgres', [], { TEST_DATABASE_URL: server.url });
  } finally {
    forget();
    await server.stop();
  }
}

async function s3() {
  const missing = await missingPrograms();
  if (missing.length > 0) return lacking(`no S3 server on this machine (${missing.join(', ')})`);
  const server = await startRadosgw();
  const forget = onInterrupt(server.stop);
  try {
    return await vitest('s3', ['storage', 'open-storage', 'generation'].map((name) => `lib/storage/${name}.test.ts`), server.env);
  } finally {
    forget();
    await server.stop();
  }
}

async function edge() {
  const missing = await missingFrom(['varnishd', 'nginx', 'caddy', 'openssl']);
  if (missing.length > 0) return lacking(`no edge servers on this machine (${missing.join(', ')})`);
  // Most of the time goes into one file, with what it measures told and not held to: the others run beside it.
  return vitest('edge', ['test/varnish', 'test/proxies', '--maxWorkers=2'], { TEST_EDGE: '1', PATH: withSbin() });
}

async function build() {
  try {
    await setup({ build: true });
    return verdict(0);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message);
    return verdict(1);
  }
}

/** @param {{ failed: string[] }} before */
async function e2e({ failed }) {
  if (failed.includes('build')) return { ...lacking('there is no build to test'), failed: 1, skipped: 0 };
  const chromium = await findChromium();
  if (!chromium) return lacking('no Chromium on this machine, and none could be fetched');
  return playwright('e2e', [], { CHROMIUM_PATH: chromium });
}

/** Enough to see that it works; the claim is about 200 (`CRASH_KILLS=200`). */
const FEW_KILLS = '20';

/** @param {{ failed: string[] }} before */
async function crash({ failed }) {
  if (failed.includes('build')) return { ...lacking('there is no build to test'), failed: 1, skipped: 0 };
  if (!findPostgres() && process.env.CI === 'true') return lacking('no PostgreSQL (initdb, pg_ctl) on this machine');
  return playwright('crash', ['--config=e2e/crash/playwright.config.ts'], { CRASH_KILLS: process.env.CRASH_KILLS ?? FEW_KILLS });
}

/** @type {Array<{ name: string, what: string, run: (before: { failed: string[] }) => Promise<Outcome> }>} */
export const steps = [
  { name: 'lint', what: 'the linter, and the arrows between folders', run: lint },
  { name: 'types', what: 'the types', run: types },
  { name: 'unit', what: 'units and the API, on the embedded database', run: () => vitest('unit', []) },
  { name: 'postgres', what: 'what uses a database again, on a real PostgreSQL', run: postgres },
  { name: 's3', what: 'the storage again, on a real S3 server', run: s3 },
  { name: 'edge', what: 'a real Varnish, nginx and Caddy in front, as shipped', run: edge },
  { name: 'build', what: 'the production build', run: build },
  { name: 'e2e', what: 'the built product, in a real browser', run: e2e },
  { name: 'crash', what: 'the built product, under kill -9', run: crash },
];
