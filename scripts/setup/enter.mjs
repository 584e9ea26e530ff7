// Common to the commands: refuses an old Node, works from the root whatever the folder, and tells a failure in words.
import { endChildrenOnSignals } from './run.mjs';
import { root, setup, SetupError } from './setup.mjs';

const LOOK_MS = 500;

/** A signal for npm ends npm and its shell; the shell does not pass it on, and the server would stay behind. */
function endWithNpm() {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && process.kill(process.pid, 'SIGTERM'), LOOK_MS).unref();
}

/** @param {{ build: boolean }} wanted */
export async function enter(wanted) {
  process.chdir(root);
  endWithNpm();
  const restore = endChildrenOnSignals();
  try {
    await setup(wanted);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message);
    process.exit(1);
  } finally {
    restore();
  }
}
