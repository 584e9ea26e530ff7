/** Databases, a clock and engines for the engine's own tests on the contract's functions. PostgreSQL joins when TEST_DATABASE_URL is set. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { PrismaPg } from '@prisma/adapter-pg';
import { Inngest } from 'inngest';
import { serve } from 'inngest/edge';
import pg from 'pg';
import { PrismaPGlite } from 'pglite-prisma-adapter';
import { PrismaClient } from '../../../lib/generated/prisma/client';
import { contractFunctions } from '../../contract/functions';
import { TestRecorder } from '../../contract/recorder';
import { createEngine, type Engine, type EngineOptions } from '../index';

const migration = readFileSync(fileURLToPath(new URL('../../../prisma/migrations/0002_engine/migration.sql', import.meta.url)), 'utf8');
export const signingKey = 'signkey-test-0123456789abcdef';
const silent = { info() {}, warn() {}, error() {} };

export interface TestDatabase {
  db: PrismaClient;
  /** Another connection pool, as another process has; the same one on PGlite. */
  other: PrismaClient;
  reset(): Promise<void>;
  close(): Promise<void>;
}

export const databases: { name: string; open(): Promise<TestDatabase> }[] = [{ name: 'PGlite', open: () => openPGlite() }];
if (process.env.TEST_DATABASE_URL) databases.push({ name: 'PostgreSQL', open: () => openPostgres(process.env.TEST_DATABASE_URL ?? '') });

const truncate = 'TRUNCATE engine_events, engine_steps, engine_runs, engine_idempotency, engine_crons';

export async function openPGlite(folder?: string): Promise<TestDatabase> {
  const pglite = new PGlite(folder);
  await pglite.exec(migration);
  const db = new PrismaClient({ adapter: new PrismaPGlite(pglite) });
  return {
    db,
    other: db,
    reset: async () => void (await db.$executeRawUnsafe(truncate)),
    close: async () => {
      await db.$disconnect();
      await pglite.close();
    },
  };
}

/** A database of its own, so that test files run side by side. */
export async function openPostgres(url: string): Promise<TestDatabase> {
  const name = `engine_${process.pid}_${Math.random().toString(36).slice(2, 8)}`;
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  const setup = new pg.Client({ connectionString: own.href });
  await setup.connect();
  await setup.query(migration);
  await setup.end();
  const [db, other] = [1, 2].map(() => new PrismaClient({ adapter: new PrismaPg({ connectionString: own.href, max: 5 }) })) as [PrismaClient, PrismaClient];
  return {
    db,
    other,
    reset: async () => void (await db.$executeRawUnsafe(truncate)),
    close: async () => {
      await db.$disconnect();
      await other.$disconnect();
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await admin.end();
    },
  };
}

export class FakeClock {
  private ms = 1_800_000_000_000;
  now(): number {
    return this.ms;
  }
  advance(ms: number): void {
    this.ms += ms;
  }
}

export { TestRecorder } from '../../contract/recorder';

export interface World {
  engine: Engine;
  client: Inngest;
  clock: FakeClock;
  rec: TestRecorder;
}

export type WorldHandler = EngineOptions['handler'];

export type WorldOptions = Partial<EngineOptions> & {
  /** Stands between engine and SDK, as a network would. */
  wrap?: (handler: WorldHandler) => WorldHandler;
  clock?: FakeClock;
  rec?: TestRecorder;
  functions?: (client: Inngest, rec: TestRecorder) => ReturnType<Inngest['createFunction']>[];
};

/** An engine with a client and functions of its own, as a process has. Not started. */
export function makeWorld(db: PrismaClient, options: WorldOptions = {}): World {
  const { functions = (own: Inngest, only: TestRecorder) => contractFunctions(own, { of: () => only }), rec = new TestRecorder(), clock = new FakeClock(), wrap = (same: WorldHandler) => same, ...rest } = options;
  const client = new Inngest({
    id: 'contract',
    isDev: false,
    eventKey: 'embedded',
    signingKey,
    baseUrl: 'http://engine.invalid',
    fetch: (...args) => engine.fetch(...args),
    logger: { ...silent, debug() {} },
  });
  const handler = serve({ client, functions: functions(client, rec) as never });
  const engine: Engine = createEngine({
    db,
    handler: wrap(handler),
    signingKey,
    appUrl: 'http://app.test',
    clock,
    log: silent,
    backoff: (attempt) => attempt * 1000,
    ...rest,
  });
  return { engine, client, clock, rec };
}

export interface RunView {
  id: string;
  status: string;
  output: unknown;
  error: { name?: string; message?: string } | null;
}

/** Runs of a function in the order they were made. */
export async function runsOf(db: PrismaClient, functionId: string): Promise<RunView[]> {
  const rows = await db.engineRun.findMany({ where: { functionId: `contract-${functionId}` }, orderBy: { seq: 'asc' } });
  return rows.map((row) => ({
    id: row.id,
    status: row.status,
    output: row.output === null ? null : JSON.parse(row.output),
    error: row.error === null ? null : JSON.parse(row.error),
  }));
}
