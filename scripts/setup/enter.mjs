// Common to the commands: refuses an old Node, works from the root whatever the folder, and tells a failure in words.
import { endChildrenOnSignals } from './run.mjs';
import { root, setup, SetupError } from './setup.mjs';

/** @param {{ build: boolean }} wanted */
export async function enter(wanted) {
  process.chdir(root);
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
