import { PGlite } from '@electric-sql/pglite';
import { afterEach, describe, expect, it } from 'vitest';
import { migrate, readMigrations, type Migration, type SqlSession } from './migrate';

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

  it('makes every table and column of the Prisma schema', async () => {
    const db = await session();
    await migrate(db, await readMigrations('prisma/migrations'));
    const { Prisma } = await import('../generated/prisma/client');
    const columns = await db.query<{ t: string }>(`SELECT table_name AS t FROM information_schema.columns WHERE table_schema = 'public'`);
    const counts = new Map<string, number>();
    for (const { t } of columns) counts.set(t, (counts.get(t) ?? 0) + 1);
    expect([...counts.keys()].length).toBe(Object.keys(Prisma.ModelName).length + 1);
  });
});
