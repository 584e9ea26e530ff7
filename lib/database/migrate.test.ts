import { execFileSync } from 'node:child_process';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { migrate, readMigrations, type Migration, type SqlSession } from './migrate';
import { openDatabase } from './open-database';

const open: PGlite[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((pglite) => pglite.close()));
});

async function session(): Promise<SqlSession> {
  const pglite = await PGlite.create();
  open.push(pglite);
  return {
    script: async (sql) => void (await pglite.exec(sql)),
    query: async <Row>(sql: string, params?: unknown[]) => (await pglite.query<Row>(sql, params)).rows,
  };
}

const file = (name: string, sql: string): Migration => ({ name, sql, checksum: `sum of ${sql}` });
const tables = async (db: SqlSession) =>
  (await db.query<{ name: string }>(`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`)).map((t) => t.name);

describe('migrate', () => {
  it('applies each file once, in order', async () => {
    const db = await session();
    const files = [file('1', 'CREATE TABLE a (x int)'), file('2', 'ALTER TABLE a ADD COLUMN y int')];
    expect(await migrate(db, files)).toEqual(['1', '2']);
    expect(await migrate(db, files)).toEqual([]);
  });

  it('leaves nothing behind when a file fails halfway, and applies it when mended', async () => {
    const db = await session();
    await expect(migrate(db, [file('1', 'CREATE TABLE a (x int); CREATE TABLE a (x int);')])).rejects.toThrow(/1 failed and was rolled back/);
    expect(await tables(db)).not.toContain('a');
    expect(await migrate(db, [file('1', 'CREATE TABLE a (x int);')])).toEqual(['1']);
  });

  it('refuses a file that was changed after it was applied', async () => {
    const db = await session();
    await migrate(db, [file('1', 'CREATE TABLE a (x int)')]);
    await expect(migrate(db, [file('1', 'CREATE TABLE b (x int)')])).rejects.toThrow(/changed/);
  });

  it('refuses to go on over a failed row of prisma migrate', async () => {
    const db = await session();
    await migrate(db, []);
    await db.query(`INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ('x', 'y', '1')`);
    await expect(migrate(db, [file('1', 'SELECT 1')])).rejects.toThrow(/prisma migrate resolve/);
  });

  it('makes exactly the tables and columns of the Prisma schema', async () => {
    const [made, wanted] = await Promise.all([session(), session()]);
    await migrate(made, await readMigrations('prisma/migrations'));
    await wanted.script(execFileSync(process.execPath, ['scripts/schema-diff.mjs'], { encoding: 'utf8' }));
    const columns = (db: SqlSession) =>
      db.query(`SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name <> '_prisma_migrations' ORDER BY 1, 2`);
    expect(await columns(made)).toEqual(await columns(wanted));
  });
});

describe.runIf(process.env.TEST_DATABASE_URL)('migrate on PostgreSQL', () => {
  it('lets one of many processes that start at once do the work', async () => {
    const name = `migrate_${process.pid}`;
    const admin = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL });
    await admin.connect();
    await admin.query(`CREATE DATABASE ${name}`);
    const url = new URL(process.env.TEST_DATABASE_URL!);
    url.pathname = `/${name}`;
    try {
      const all = await Promise.all(Array.from({ length: 6 }, () => openDatabase({ url: url.href, folder: null })));
      const rows = await all[0]!.db.$queryRaw<Array<{ n: bigint }>>`SELECT count(*) AS n FROM _prisma_migrations WHERE finished_at IS NOT NULL`;
      expect(Number(rows[0]!.n)).toBe((await readMigrations('prisma/migrations')).length);
      await Promise.all(all.map((open) => open.close()));
    } finally {
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await admin.end();
    }
  });
});
