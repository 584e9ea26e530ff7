import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '../../scripts/checks/free-port.mjs';
import { Server } from '../support/processes';
import { type CrashAsset, makeAccount, prepareAsset, smallPicture, uploadPicture } from './accounts';
import { Cluster } from './cluster';
import { type Dice, makeDice } from './dice';
import { RunControl } from './run-control';
import { type SourceHost, startSourceHost } from './source-host';

export interface WorldOptions {
  seed: number;
  /** Two server processes on this PostgreSQL; without it one, with its embedded database. */
  databaseUrl?: string;
  env?: Record<string, string>;
}

export interface World {
  cluster: Cluster;
  dataDir: string;
  /** The last one's source is on `host`, the others' are uploads. */
  assets: CrashAsset[];
  host: SourceHost;
  dice(name: string): Dice;
  close(): Promise<void>;
}

const ACCOUNTS = 3;
const ASSETS_EACH = 2;

/** Servers, accounts and assets on their way to their first clip. */
export async function makeWorld({ seed, databaseUrl, env = {} }: WorldOptions): Promise<World> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'motioness-crash-'));
  const host = await startSourceHost(await smallPicture(99));
  const ports = await Promise.all(Array.from({ length: databaseUrl ? 2 : 1 }, () => freePort()));
  const publicUrl = `http://127.0.0.1:${ports[0]}`;
  const shared = { ALLOW_PRIVATE_NETWORK: '1', ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}), ...env };
  const cluster = new Cluster(ports.map((port) => new Server({ port, dataDir, publicUrl, env: shared })), new RunControl());
  const dice = (name: string) => makeDice(seed, name);
  const close = async () => {
    await Promise.all(cluster.servers.map((server) => server.end('SIGKILL')));
    await host.close();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await Promise.all(cluster.servers.map((server) => server.start()));
    const assets: CrashAsset[] = [];
    const setUp = dice('set-up');
    for (let index = 0; index < ACCOUNTS; index += 1) {
      const account = await makeAccount(cluster, setUp);
      for (let turn = 0; turn < ASSETS_EACH; turn += 1) {
        const last = index === ACCOUNTS - 1 && turn === ASSETS_EACH - 1;
        const src = last ? host.url : await uploadPicture(cluster, setUp, account, index * ASSETS_EACH + turn);
        assets.push(await prepareAsset(cluster, setUp, account, src));
      }
    }
    return { cluster, dataDir, assets, host, dice, close };
  } catch (error) {
    await close();
    throw error;
  }
}
