import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaPGlite } from 'pglite-prisma-adapter';
import type { Database } from '@/lib/database/database';
import { preparedPGlite } from '@/lib/database/embedded/prepared-pglite';
import { migrate, readMigrations } from '@/lib/database/migrate';
import { PrismaClient } from '@/lib/generated/prisma/client';
import { DATABASE_WAIT_MS } from '../virtual-timers';

export interface Ground {
  db: Database;
  /** Statements with results as JSON text, beside the product's own connections. */
  look<T>(sql: string, values: unknown[]): Promise<T>;
  /** Everything gone, for histories to come: PGlite never vacuums by itself. */
  wipe(): Promise<void>;
  close(): Promise<void>;
}

const transactionOptions = { maxWait: DATABASE_WAIT_MS, timeout: DATABASE_WAIT_MS };

/** The database of all histories of a process: PGlite in memory, or a database on a server. */
export function openGround(url: string | undefined): Promise<Ground> {
  return url ? onServer(url) : inMemory();
}

/** What nobody reads in memory: a log for crashes, replicas and statistics. An eighth of a history’s time. */
const UNREAD = ['wal_level=minimal', 'max_wal_senders=0', 'full_page_writes=off', 'track_counts=off', 'track_activities=off'];

async function inMemory(): Promise<Ground> {
  const pglite = await PGlite.create({ startParams: [...PGlite.defaultStartParams, ...UNREAD.flatMap((setting) => ['-c', setting])] });
  const session = {
    script: async (sql: string) => void (await pglite.exec(sql)),
    query: async <Row>(sql: string, params?: unknown[]) => (await pglite.query<Row>(sql, params)).rows,
  };
  await migrate(session, await readMigrations(path.resolve('prisma/migrations')));
  const fast = preparedPGlite(pglite);
  // None of these changes a result.
  await fast.exec('SET timezone TO UTC; SET synchronous_commit TO off; SET plan_cache_mode TO force_generic_plan; SET jit TO off');
  const db = new PrismaClient({ adapter: new PrismaPGlite(fast as unknown as PGlite), errorFormat: 'minimal', transactionOptions });
  const look = async <T>(sql: string, values: unknown[]) => (await fast.query(sql, values)).rows[0]![0] as T;
  const wipe = truncateWith(fast.exec, await look<string>(TABLES, []));
  return { db, look, wipe, close: async () => (await db.$disconnect(), pglite.close()) };
}

async function onServer(url: string): Promise<Ground> {
  const beside = new pg.Client({ connectionString: url, options: '-c timezone=UTC' });
  await beside.connect();
  const session = {
    script: async (sql: string) => void (await beside.query(sql)),
    query: async <Row>(sql: string, params?: unknown[]) => (await beside.query(sql, params)).rows as Row[],
  };
  await migrate(session, await readMigrations(path.resolve('prisma/migrations')));
  const db = new PrismaClient({ adapter: new PrismaPg({ connectionString: url, max: 10, options: '-c timezone=UTC' }), errorFormat: 'minimal', transactionOptions });
  const look = async <T>(sql: string, values: unknown[]) => Object.values((await beside.query<Record<string, T>>(sql, values)).rows[0]!)[0]!;
  const wipe = truncateWith(async (sql) => void (await beside.query(sql)), await look<string>(TABLES, []));
  return { db, look, wipe, close: async () => (await beside.end(), db.$disconnect()) };
}

const TABLES = `SELECT string_agg(quote_ident(relname), ', ') FROM pg_class
  WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> '_prisma_migrations'`;

const truncateWith = (exec: (sql: string) => Promise<void>, tables: string) => () => exec(`TRUNCATE ${tables} RESTART IDENTITY CASCADE`);
