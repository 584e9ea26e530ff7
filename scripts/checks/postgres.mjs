// A PostgreSQL server for the tests alone: made, used on 127.0.0.1, stopped by its own pid, thrown away.
import { existsSync, readdirSync } from 'node:fs';
import { chmod, chown, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { run } from '../setup/run.mjs';
import { freePort } from './free-port.mjs';

const STOP_MS = 10_000;

/** The folder with initdb and pg_ctl: on the PATH, or where systems keep it; the newest first. @returns {string | null} */
export function findPostgres() {
  const versions = ['/usr/lib/postgresql', '/opt/homebrew/opt', '/usr/local/opt', '/Library/PostgreSQL'].flatMap((folder) =>
    (existsSync(folder) ? readdirSync(folder) : [])
      .filter((name) => /^(postgresql@?)?\d*$/.test(name))
      .sort((a, b) => Number(/\d*$/.exec(b)?.[0]) - Number(/\d*$/.exec(a)?.[0]))
      .map((name) => path.join(folder, name, 'bin')),
  );
  const folders = [...versions, ...(process.env.PATH ?? '').split(path.delimiter)];
  return folders.find((folder) => existsSync(path.join(folder, 'initdb')) && existsSync(path.join(folder, 'pg_ctl'))) ?? null;
}

/** PostgreSQL refuses to run as root: an account of the system that may. @returns {Promise<{ uid?: number, gid?: number }>} */
async function unprivileged() {
  if (process.getuid?.() !== 0) return {};
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const found = ['postgres', 'nobody'].map((name) => accounts.find((account) => account[0] === name)).find(Boolean);
  if (!found) throw new Error('PostgreSQL does not run as root, and there is neither a user postgres nor nobody');
  return { uid: Number(found[2]), gid: Number(found[3]) };
}

/**
 * Starts a fresh server. Nothing in it outlives a crash of the machine, which makes it fast, unless it is to be durable.
 * @param {string} bin the folder of findPostgres
 * @param {{ durable?: boolean }} [options]
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
export async function startPostgres(bin, { durable = false } = {}) {
  const as = await unprivileged();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'motioness-pg-'));
  await chmod(folder, 0o700);
  if (as.uid !== undefined) await chown(folder, as.uid, as.gid ?? as.uid);
  const data = path.join(folder, 'data');
  const log = path.join(folder, 'log');
  const port = await freePort();

  /** @param {string} program @param {string[]} args */
  const call = async (program, args) => {
    const { code, output } = await run(path.join(bin, program), args, { ...as, cwd: folder, quiet: true, env: { LC_ALL: 'C' } });
    if (code !== 0) throw new Error(`${program} failed: ${output} ${await readFile(log, 'utf8').catch(() => '')}`);
  };
  const stop = async () => {
    const pid = Number((await readFile(path.join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')[0]);
    if (pid) await endProcess(pid);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await call('initdb', ['-D', data, '-U', 'test', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--locale=C']);
    const settings = [`listen_addresses=127.0.0.1`, `port=${port}`, `unix_socket_directories=${folder}`, 'max_connections=200'];
    const careless = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];
    const options = [...settings, ...(durable ? [] : careless)].map((setting) => `-c ${setting}`).join(' ');
    await call('pg_ctl', ['-D', data, '-l', log, '-w', '-t', '60', '-o', options, 'start']);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `postgresql://test@127.0.0.1:${port}/postgres`, stop };
}

/** SIGINT is PostgreSQL's fast shutdown. @param {number} pid */
async function endProcess(pid) {
  const deadline = Date.now() + STOP_MS;
  try {
    process.kill(pid, 'SIGINT');
    while (Date.now() < deadline) {
      process.kill(pid, 0);
      await pause(50);
    }
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
