// One setup at a time for a folder. Lives outside it, because installing empties node_modules.
import { createHash } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const LOOK_AGAIN_MS = 250;
const WAIT_MS = 15 * 60_000;

/** @param {string} file @returns {number | null} */
function ownerOf(file) {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/** Appears whole or not at all: a half-written lock would look like a dead owner's. @param {string} file */
function tryTake(file) {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/** Removes a dead owner's lock, and puts it back if another start was faster and it is a live one's by now. @param {string} file */
function removeDead(file) {
  const aside = `${file}.dead.${process.pid}`;
  try {
    renameSync(file, aside);
    if (isAlive(ownerOf(aside) ?? 0)) linkSync(aside, file);
  } catch {
    // Somebody else removed it.
  }
  rmSync(aside, { force: true });
}

/**
 * Runs `work` while no other process sets the same folder up; waits for one that does.
 * @param {string} root
 * @param {() => Promise<void>} work
 */
export async function withSetupLock(root, work) {
  const name = createHash('sha256').update(root).digest('hex').slice(0, 16);
  const file = path.join(os.tmpdir(), `motioness-setup-${name}.lock`);
  const deadline = Date.now() + WAIT_MS;
  let told = false;
  while (!tryTake(file)) {
    const owner = ownerOf(file);
    if (owner !== null && !isAlive(owner)) {
      removeDead(file);
      continue;
    }
    if (Date.now() > deadline) throw new Error(`process ${owner} is still preparing this folder. If that is not so, remove ${file}`);
    if (!told && owner !== null) console.log(`Process ${owner} is preparing this folder already; waiting for it …`);
    told = true;
    await pause(LOOK_AGAIN_MS);
  }
  try {
    await work();
  } finally {
    if (ownerOf(file) === process.pid) rmSync(file, { force: true });
  }
}
