import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaPGlite } from 'pglite-prisma-adapter';
import { unusable } from '../env';
import { PrismaClient } from '../generated/prisma/client';
import type { Database } from './database';
import { preparedPGlite } from './embedded/prepared-pglite';
import { lockFolder } from './lock-file';
import { migrate, readMigrations, type SqlSession } from './migrate';

export interface OpenDatabase {
  db: Database;
  /** True on PGlite: this process is the only one. */
  soleOwner: boolean;
  close(): Promise<void>;
}

interface Options {
  /** `postgresql://…`; without it an embedded database in `folder` (in memory when that is null). */
  url?: string;
  folder: string | null;
  migrations?: string;
}

// Interactive transactions queue behind each other on PGlite's single session (facts, "Versions and traps").
const transactionOptions = { maxWait: 30_000, timeout: 30_000 };

/** Opens the database, migrated to the newest schema. @throws when the folder has another owner or a migration fails. */
export async function openDatabase({ url, folder, migrations = path.resolve('prisma/migrations') }: Options): Promise<OpenDatabase> {
  const files = await readMigrations(migrations);
  return url ? openPostgres(url, files) : openPGlite(folder, files);
}

async function openPostgres(url: string, files: Awaited<ReturnType<typeof readMigrations>>): Promise<OpenDatabase> {
  const client = new pg.Client({ connectionString: url });
  await client.connect().catch((error: unknown) => {
    throw unusable('DATABASE_URL', (error as { errors?: unknown[] }).errors?.[0] ?? error);
  });
  const session: SqlSession = {
    script: async (sql) => void (await client.query(sql)),
    query: async <Row>(sql: string, params?: unknown[]) => (await client.query(sql, params)).rows as Row[],
  };
  await migrate(session, files).finally(() => client.end());
  // The adapter reads and writes times without their zone, so the session's must be the one it assumes.
  const db = new PrismaClient({ adapter: new PrismaPg({ connectionString: url, max: 10, options: '-c timezone=UTC' }), transactionOptions });
  return { db, soleOwner: false, close: () => db.$disconnect() };
}

async function openPGlite(folder: string | null, files: Awaited<ReturnType<typeof readMigrations>>): Promise<OpenDatabase> {
  const unlock = folder ? lockFolder(folder) : () => {};
  try {
    const pglite = folder ? await PGlite.create(path.join(folder, 'pglite')) : await PGlite.create();
    const session: SqlSession = {
      script: async (sql) => void (await pglite.exec(sql)),
      query: async <Row>(sql: string, params?: unknown[]) => (await pglite.query<Row>(sql, params)).rows,
    };
    await migrate(session, files);
    const db = new PrismaClient({ adapter: new PrismaPGlite(preparedPGlite(pglite) as unknown as PGlite), transactionOptions });
    const close = async () => {
      await db.$disconnect();
      if (!pglite.closed) await pglite.close();
      unlock();
    };
    return { db, soleOwner: true, close };
  } catch (error) {
    unlock();
    throw error;
  }
}
