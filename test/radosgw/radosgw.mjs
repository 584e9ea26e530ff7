// A real S3 server for the tests alone: Ceph's radosgw with one monitor and one OSD in memory. Made in a folder of its
// own, used on 127.0.0.1, ended by pid, thrown away.
import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { openSync, writeFileSync } from 'node:fs';
import { access, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { freePort } from '../../scripts/checks/free-port.mjs';
import { run } from '../../scripts/setup/run.mjs';
import { cephConf } from './ceph-conf.mjs';

// The SDK tells each user of Node 20 that next year's SDK will not run on it.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

/** What must be on the PATH: Debian's packages radosgw, ceph-mon and ceph-osd. */
const PROGRAMS = ['ceph', 'monmaptool', 'ceph-mon', 'ceph-osd', 'radosgw', 'radosgw-admin'];
const START_MS = 90_000;
const CALL_MS = 30_000;
const STOP_MS = 5_000;

/** @typedef {{ TEST_S3_ENDPOINT: string, TEST_S3_BUCKET: string, TEST_S3_ACCESS_KEY_ID: string, TEST_S3_SECRET_ACCESS_KEY: string }} TestS3 */

/** @returns {Promise<string[]>} the programs that are not there */
export async function missingPrograms() {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  /** @param {string} name */
  const found = async (name) => (await Promise.allSettled(folders.map((folder) => access(path.join(folder, name))))).some(({ status }) => status === 'fulfilled');
  const there = await Promise.all(PROGRAMS.map(found));
  return PROGRAMS.filter((_, i) => !there[i]);
}

/**
 * Starts a fresh store with one user and one empty bucket.
 * @returns {Promise<{ env: TestS3, stop: () => Promise<void> }>}
 */
export async function startRadosgw() {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'motioness-s3-'));
  /** @type {import('node:child_process').ChildProcess[]} */
  const daemons = [];
  const stop = async () => {
    // The gateway first: it would wait for the others.
    for (const daemon of daemons.reverse()) await end(daemon);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    return { env: await start(folder, daemons), stop };
  } catch (error) {
    const logs = await Promise.all(['mon', 'osd', 'rgw'].map((name) => readFile(path.join(folder, `${name}.out`), 'utf8').catch(() => '')));
    await stop();
    throw new Error(`radosgw did not start: ${logs.join('').slice(-2000)}`, { cause: error });
  }
}

/** @param {string} folder @param {import('node:child_process').ChildProcess[]} daemons @returns {Promise<TestS3>} */
async function start(folder, daemons) {
  const [monPort, port] = [await freePort(), await freePort()];
  const fsid = randomUUID();
  const osdId = randomUUID();
  const key = `TEST${randomBytes(8).toString('hex').toUpperCase()}`;
  const secret = randomBytes(20).toString('hex');
  const conf = path.join(folder, 'ceph.conf');
  writeFileSync(conf, cephConf({ folder, fsid, monPort, port }));
  writeFileSync(path.join(folder, 'keyring'), '');
  await Promise.all(['mon', 'osd', 'rgw'].map((name) => mkdir(path.join(folder, name))));

  /** @param {string} program @param {string[]} args */
  const call = async (program, ...args) => {
    const { code, output } = await run('timeout', [String(CALL_MS / 1000), program, ...args], { cwd: folder, quiet: true });
    if (code !== 0) throw new Error(`${program} ended with ${code}: ${output.slice(-1000)}`);
  };
  /** @param {string} name @param {string} program @param {string[]} args */
  const daemon = (name, program, ...args) => {
    const out = openSync(path.join(folder, `${name}.out`), 'a');
    // A group of its own: an interrupt of the terminal must reach them by stop(), in order.
    daemons.push(spawn(program, ['-c', conf, '-f', ...args], { cwd: folder, detached: true, stdio: ['ignore', out, out] }));
  };

  await call('monmaptool', '--create', '--fsid', fsid, '--addv', 'a', `[v2:127.0.0.1:${monPort}]`, 'monmap');
  await call('ceph-mon', '-c', conf, '-i', 'a', '--mkfs', '--monmap', 'monmap', '--keyring', 'keyring');
  daemon('mon', 'ceph-mon', '-i', 'a');
  await call('ceph', '-c', conf, '--connect-timeout', '20', 'osd', 'new', osdId);
  await call('ceph-osd', '-c', conf, '-i', '0', '--mkfs', '--osd-uuid', osdId);
  daemon('osd', 'ceph-osd', '-i', '0');
  daemon('rgw', 'radosgw', '-n', 'client.rgw');
  const endpoint = `http://127.0.0.1:${port}`;
  await answers(endpoint, daemons);
  await call('radosgw-admin', '-c', conf, 'user', 'create', '--uid', 'test', '--display-name', 'test', '--access-key', key, '--secret-key', secret);

  const client = new S3Client({ endpoint, forcePathStyle: true, region: 'us-east-1', credentials: { accessKeyId: key, secretAccessKey: secret } });
  await client.send(new CreateBucketCommand({ Bucket: 'clips' }));
  client.destroy();
  return { TEST_S3_ENDPOINT: endpoint, TEST_S3_BUCKET: 'clips', TEST_S3_ACCESS_KEY_ID: key, TEST_S3_SECRET_ACCESS_KEY: secret };
}

/** @param {string} url @param {import('node:child_process').ChildProcess[]} daemons */
async function answers(url, daemons) {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    if (daemons.some(({ exitCode }) => exitCode !== null)) throw new Error('a daemon ended');
    const answer = await fetch(url, { signal: AbortSignal.timeout(CALL_MS) }).catch(() => null);
    if (answer?.ok) return;
    await pause(100);
  }
  throw new Error(`no answer within ${START_MS / 1000} s`);
}

/** @param {import('node:child_process').ChildProcess} daemon */
async function end(daemon) {
  if (daemon.pid === undefined || daemon.exitCode !== null || daemon.signalCode !== null) return;
  const gone = new Promise((resolve) => daemon.once('exit', resolve));
  daemon.kill('SIGTERM');
  const force = setTimeout(() => daemon.kill('SIGKILL'), STOP_MS);
  await gone;
  clearTimeout(force);
}
