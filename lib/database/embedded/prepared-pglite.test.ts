import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PrismaPGlite } from 'pglite-prisma-adapter';
import { PrismaClient } from '../../generated/prisma/client';
import { migrate, readMigrations } from '../migrate';
import { preparedPGlite } from './prepared-pglite';

let pglite: PGlite;
let prepared: ReturnType<typeof preparedPGlite>;
beforeAll(async () => {
  pglite = await PGlite.create();
  prepared = preparedPGlite(pglite);
  await prepared.exec(`CREATE TABLE things (id int PRIMARY KEY, name text); CREATE TYPE mood AS ENUM ('glad', 'sad')`);
});
afterAll(() => pglite.close());
beforeEach(() => prepared.exec('TRUNCATE things'));

/** What the adapter asks for. */
const asked = { rowMode: 'array' } as const;
const count = async () => (await prepared.query('SELECT count(*)::int FROM things')).rows[0]![0];
const next = () => new Promise((resolve) => setImmediate(resolve));

describe('a statement', () => {
  it.each<[string, unknown[]]>([
    ['SELECT 1, NULL, true, 1.5::float8, 12345678901234567890::numeric', []],
    ['SELECT $1::int, $2::bigint, $3::float8, $4::numeric, $5::bool', [-7, 9007199254740993n, 0.1, '3.140', false]],
    ['SELECT $1::text, $2::varchar, $3::text', ['äöü 🎞️ \'"\\ \n', '', null]],
    ['SELECT $1::timestamptz, $2::date, $3::timestamp', ['2026-11-24T08:26:14.123Z', '2026-02-28', '2026-11-24 08:26:14']],
    ['SELECT $1::jsonb, $2::json', ['{"a":[1,null,"ü"]}', '[]']],
    ['SELECT $1::text[], $2::int[]', [['a', 'b,c', '"', ''], [1, 2]]],
    ['SELECT $1::bytea, $2::uuid', [new Uint8Array([0, 1, 255]), '6f1c5f0e-5a0b-4a53-8f6e-0f4f6c1b2a3d']],
    ["SELECT 'glad'::mood, ARRAY[]::text[], repeat('x', 100000)", []],
    ['SELECT id, name FROM things WHERE id < 0', []],
    ["INSERT INTO things VALUES (1, 'one'), (2, 'two') RETURNING name, id", []],
    ["UPDATE things SET name = 'none'", []],
    ['DELETE FROM things WHERE id = $1', [1]],
  ])('gives what PGlite itself gives: %s', async (sql, values) => {
    const own = await pglite.query(sql, values, asked);
    await prepared.exec('TRUNCATE things');
    for (let time = 1; time <= 2; time += 1) {
      const { rows, fields, affectedRows } = await prepared.query(sql, values);
      expect({ rows, fields }).toEqual({ rows: own.rows, fields: own.fields });
      // Of a SELECT it counts the rows, as node-postgres does; PGlite doesn't.
      expect(affectedRows).toBe(sql.startsWith('SELECT') ? own.rows.length : own.affectedRows);
      await prepared.exec('TRUNCATE things');
    }
  });

  it('that fails tells the code, and the next one works', async () => {
    await prepared.query("INSERT INTO things VALUES (1, 'one')");
    const insert = () => prepared.query('INSERT INTO things VALUES ($1, $2)', [1, 'again']);
    await expect(insert()).rejects.toMatchObject({ code: '23505', constraint: 'things_pkey', severity: 'ERROR' });
    await expect(prepared.query('SELECT nonsense')).rejects.toMatchObject({ code: '42703' });
    await expect(insert()).rejects.toMatchObject({ code: '23505' });
    expect(await count()).toBe(1);
  });

  it('is one of thousands without more than some of them being kept', async () => {
    for (let i = 0; i < 1200; i += 1) expect((await prepared.query(`SELECT ${i}::int`)).rows).toEqual([[i]]);
    const kept = (await prepared.query('SELECT count(*)::int FROM pg_prepared_statements')).rows[0]![0];
    expect(kept).toBeLessThanOrEqual(500);
  });
});

describe('a transaction', () => {
  it('keeps others waiting until it is over', async () => {
    const order: string[] = [];
    let finish = () => {};
    const gate = new Promise<void>((resolve) => (finish = resolve));
    const held = prepared.transaction(async (tx) => {
      await (tx as typeof prepared).query("INSERT INTO things VALUES (1, 'one')");
      await gate;
      order.push('committed');
    });
    const other = count().then((n) => order.push(`saw ${n}`));
    await next();
    finish();
    await Promise.all([held, other]);
    expect(order).toEqual(['committed', 'saw 1']);
  });

  it('leaves nothing when it is rolled back, throws, or fails in the database', async () => {
    const insert = (tx: object) => (tx as typeof prepared).query("INSERT INTO things VALUES (1, 'one')");
    await prepared.transaction(async (tx) => {
      await insert(tx);
      await (tx as { rollback(): Promise<void> }).rollback();
    });
    await expect(prepared.transaction(async (tx) => (await insert(tx), Promise.reject(new Error('no'))))).rejects.toThrow('no');
    await expect(prepared.transaction(async (tx) => (await insert(tx), await insert(tx)))).rejects.toMatchObject({ code: '23505' });
    expect(await count()).toBe(0);
  });
});

describe('under Prisma', () => {
  it('errors keep their names', async () => {
    const own = await PGlite.create();
    const session = { script: async (sql: string) => void (await own.exec(sql)), query: async <Row>(sql: string, params?: unknown[]) => (await own.query<Row>(sql, params)).rows };
    await migrate(session, await readMigrations('prisma/migrations'));
    const db = new PrismaClient({ adapter: new PrismaPGlite(preparedPGlite(own) as unknown as PGlite) });
    const make = () => db.user.create({ data: { id: 'usr_1', email: 'a@b.example', name: 'A' } });
    await make();
    await expect(make()).rejects.toMatchObject({ code: 'P2002' });
    await expect(db.user.update({ where: { id: 'nobody' }, data: { name: 'B' } })).rejects.toMatchObject({ code: 'P2025' });
    await expect(db.session.create({ data: { id: 's', userId: 'nobody', expiresAt: new Date() } })).rejects.toMatchObject({ code: 'P2003' });
    expect(await db.user.findUniqueOrThrow({ where: { id: 'usr_1' } })).toMatchObject({ createdAt: expect.any(Date), tier: 'free' });
    await db.$disconnect();
    await own.close();
  });
});
