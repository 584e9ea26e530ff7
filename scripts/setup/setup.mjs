// Brings the folder from whatever state it is in to one that runs: packages, database client, embed.js, build. Each step asks
// first whether it is done. Plain Node: nothing here may need node_modules.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './run.mjs';
import { withSetupLock } from './setup-lock.mjs';

export const root = path.resolve(fileURLToPath(new URL('../..', import.meta.url)));
/** @param {...string} parts */
const at = (...parts) => path.join(root, ...parts);

/** A step that failed; its message says all there is to say. */
export class SetupError extends Error {
  /** @override */
  name = 'SetupError';
}

/** @param {{ build: boolean }} wanted */
export async function setup({ build }) {
  await withSetupLock(root, async () => {
    await install();
    await generate();
    await bundleEmbed();
    if (build) await buildOnce();
  });
}

/**
 * @param {string} telling
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: Record<string, string>, shell?: boolean }} [options]
 */
async function step(telling, command, args, options = {}) {
  const startedAtMs = Date.now();
  console.log(`${telling} …`);
  const { code, output } = await run(command, args, { cwd: root, quiet: true, ...options });
  if (code !== 0) throw new SetupError(`${output.trimEnd()}\n\n${telling}: this failed (exit code ${code}); its output is above.`);
  console.log(`  done in ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s`);
}

/** What npm itself notes at the end of an install says whether node_modules is what the lock asks for. */
function isInstalled() {
  if (!existsSync(at('node_modules', '.package-lock.json'))) return false;
  const wanted = JSON.parse(readFileSync(at('package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(readFileSync(at('node_modules', '.package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(([name, its]) => {
    if (name === '' || its.link) return true;
    return present[name] ? present[name].version === its.version : its.optional || its.peer || its.devOptional;
  });
}

async function install() {
  if (isInstalled()) return;
  const args = ['ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund'];
  const npm = process.env.npm_execpath ?? '';
  const telling = 'Installing packages, once';
  if (/npm-cli\.c?js$/.test(npm)) await step(telling, process.execPath, [npm, ...args]);
  else if (process.platform === 'win32') await step(telling, 'npm.cmd', args, { shell: true });
  else await step(telling, 'npm', args);
}

/** @param {string[]} files */
function fingerprint(files) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const file of files) hash.update(`\n${path.relative(root, file)}\n`).update(readFileSync(file));
  return hash.digest('hex');
}

/** @param {string} stamp @param {string} now */
const isStamped = (stamp, now) => existsSync(stamp) && readFileSync(stamp, 'utf8') === now;

async function generate() {
  const stamp = at('lib', 'generated', 'schema.sha256');
  const now = fingerprint([at('prisma', 'schema.prisma'), at('node_modules', 'prisma', 'package.json')]);
  if (isStamped(stamp, now) && existsSync(at('lib', 'generated', 'prisma', 'client.ts'))) return;
  await step('Generating the database client', process.execPath, [at('node_modules', 'prisma', 'build', 'index.js'), 'generate'], {
    // Generating never runs the engine, but asks that one exists (docs/decisions/0002).
    env: { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_HIDE_UPDATE_MESSAGE: '1', CHECKPOINT_DISABLE: '1' },
  });
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, now);
}

/** What pages of other people load. Served from `public/`, so it is there before the server looks into that folder. */
async function bundleEmbed() {
  const bundler = at('scripts', 'setup', 'bundle-embed.mjs');
  const stamp = at('node_modules', '.cache', 'embed.sha256');
  const now = fingerprint([bundler, at('node_modules', 'esbuild', 'package.json'), ...filesBelow(at('embed'))]);
  if (isStamped(stamp, now) && existsSync(at('public', 'embed.js'))) return;
  await step('Bundling embed.js', process.execPath, [bundler]);
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, now);
}

const SOURCES = ['app', 'components', 'inngest', 'lib'];
const ALONE = ['package.json', 'package-lock.json', 'tsconfig.json', 'next.config.mjs', 'postcss.config.mjs', 'instrumentation.ts', 'proxy.ts'];

/** @param {string} folder @returns {string[]} */
function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) return filesBelow(file);
      return /\.test\.tsx?$/.test(entry.name) ? [] : [file];
    });
}

/** Builds unless .next was built from the very same sources. */
export async function buildOnce() {
  const stamp = at('.next', 'sources.sha256');
  const now = fingerprint([...ALONE.map((name) => at(name)).filter(existsSync), ...SOURCES.flatMap((name) => filesBelow(at(name)))]);
  if (isStamped(stamp, now)) return;
  rmSync(stamp, { force: true });
  await step('Building, once', process.execPath, [at('node_modules', 'next', 'dist', 'bin', 'next'), 'build'], {
    env: { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
  });
  writeFileSync(stamp, now);
}
