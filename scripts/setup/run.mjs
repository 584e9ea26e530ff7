// Runs other programs so that none outlives this one. Plain Node: used before anything is installed.
import { spawn } from 'node:child_process';

const windows = process.platform === 'win32';
/** @type {Set<import('node:child_process').ChildProcess>} */
const children = new Set();
/** @type {Array<() => unknown>} */
const cleanUps = [];

/** Kept out of the children: `npm --prefix X` hands X down, and an npm below would look there again. */
const NOT_INHERITED = /^npm_config_(local_|global_)?prefix$/i;

/** @param {Record<string, string>} extra */
function environment(extra) {
  const kept = Object.entries(process.env).filter(([name]) => !NOT_INHERITED.test(name));
  return /** @type {NodeJS.ProcessEnv} */ ({ ...Object.fromEntries(kept), ...extra });
}

/** Each child leads a group of its own, so that its children go with it. @param {import('node:child_process').ChildProcess} child @param {NodeJS.Signals} signal */
export function kill(child, signal = 'SIGTERM') {
  if (child.pid === undefined) return;
  try {
    if (windows) child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It has gone already.
  }
}

/** Calls `work` when a signal ends this process. @param {() => unknown} work @returns a function that forgets it */
export function onInterrupt(work) {
  cleanUps.push(work);
  return () => void cleanUps.splice(cleanUps.indexOf(work), 1);
}

const KILL_AFTER_MS = 5_000;
const signals = /** @type {const} */ ({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 });

/** Ends the children, then this process, when it is told to stop. @returns a function that puts things back */
export function endChildrenOnSignals() {
  let stopping = false;
  const handlers = Object.entries(signals).map(([name, code]) => {
    const handler = async () => {
      if (stopping) return;
      stopping = true;
      const gone = [...children].map((child) => new Promise((resolve) => child.once('close', resolve)));
      for (const child of children) kill(child);
      const force = setTimeout(() => children.forEach((child) => kill(child, 'SIGKILL')), KILL_AFTER_MS);
      await Promise.all(gone);
      clearTimeout(force);
      for (const work of cleanUps) await work();
      process.exit(code);
    };
    process.on(name, handler);
    return () => void process.off(name, handler);
  });
  return () => handlers.forEach((off) => off());
}

/**
 * Runs a program to its end.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, quiet?: boolean, shell?: boolean, uid?: number, gid?: number }} [options] quiet: keep the output instead of showing it
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(command, args, { env = {}, quiet = false, ...options } = {}) {
  const child = spawn(command, args, {
    ...options,
    env: environment(env),
    detached: !windows,
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
  });
  children.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => (output += text));
  }
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 127, output: `${output}${error.message}\n` }));
    child.once('close', (code) => {
      children.delete(child);
      resolve({ code: code ?? 1, output });
    });
  });
}
