import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { openDatabase } from '@/lib/database/open-database';
import { hotEmbeds } from '@/lib/delivery/hot-embeds';
import { readEnv } from '@/lib/env';
import { localBus } from '@/lib/events/bus';
import { makeLog } from '@/lib/log';
import { type Runtime, setRuntime } from '@/lib/runtime';
import { blockCache } from '@/lib/storage/block-cache';
import { fileStorage } from '@/lib/storage/files';
import { testMedia, testMotion, testPrompts } from './test-providers';

export interface TestClock {
  now(): number;
  advance(ms: number): void;
  set(ms: number): void;
}

/** A clock that stands still until it is moved. */
export function testClock(start = Date.UTC(2026, 9, 14, 12)): TestClock {
  let at = start;
  return { now: () => at, advance: (ms) => void (at += ms), set: (ms) => void (at = ms) };
}

export interface TestRuntime extends Runtime {
  clock: TestClock;
  /** What was handed to the engine, in order. */
  sent: Array<{ id: string; name: string; data: Record<string, unknown> }>;
  close(): Promise<void>;
}

interface Options {
  clock?: TestClock;
  env?: Record<string, string>;
}

/**
 * A whole runtime on a database of its own: PGlite in memory, or a fresh database on the server that
 * TEST_DATABASE_URL names. It becomes the process's runtime, so route handlers use it.
 */
export async function makeTestRuntime({ clock = testClock(), env = {} }: Options = {}): Promise<TestRuntime> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'motioness-test-'));
  const server = process.env.TEST_DATABASE_URL;
  const database = server ? await makeDatabase(server) : null;
  const open = await openDatabase({ url: database?.url, folder: null });
  const sent: TestRuntime['sent'] = [];
  const storage = fileStorage(path.join(folder, 'objects'));
  const rt: TestRuntime = {
    env: readEnv({ NODE_ENV: 'test', LOG_LEVEL: 'silent', PUBLIC_URL: 'http://localhost:3000', DATA_DIR: folder, ...env }),
    log: makeLog('silent'),
    clock,
    db: open.db,
    bus: localBus(),
    storage,
    hot: { embeds: hotEmbeds(), blocks: blockCache(storage) },
    edge: null,
    motion: testMotion,
    prompts: testPrompts,
    media: testMedia,
    replicate: null,
    secret: 'a test secret of sufficient length',
    sent,
    sendEvents: async (events) => void sent.push(...events),
    close: async () => {
      setRuntime(undefined);
      await rt.bus.close();
      await open.close();
      await database?.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  setRuntime(rt);
  return rt;
}

/** A fresh database on a server. */
export async function makeDatabase(server: string) {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await admin(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => admin(server, `DROP DATABASE ${name} WITH (FORCE)`) };
}

async function admin(server: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}
