/**
 * The embedded database behind Prisma: our prepared statements in one call each, beside PGlite's own `query`.
 * Run: npx tsx bench/embedded.ts
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { PrismaPGlite } from 'pglite-prisma-adapter';
import { preparedPGlite } from '@/lib/database/embedded/prepared-pglite';
import { migrate, readMigrations } from '@/lib/database/migrate';
import { PrismaClient } from '@/lib/generated/prisma/client';

const ROUNDS = 400;

async function open(folder: string, prepare: boolean) {
  const pglite = await PGlite.create(path.join(folder, String(prepare)));
  const session = { script: async (sql: string) => void (await pglite.exec(sql)), query: async <Row>(sql: string, params?: unknown[]) => (await pglite.query<Row>(sql, params)).rows };
  await migrate(session, await readMigrations('prisma/migrations'));
  const db = new PrismaClient({ adapter: new PrismaPGlite(prepare ? (preparedPGlite(pglite) as unknown as PGlite) : pglite) });
  await db.user.create({ data: { id: 'usr_1', email: 'a@b.example', name: 'A' } });
  return { db, close: async () => (await db.$disconnect(), pglite.close()) };
}

type Db = Awaited<ReturnType<typeof open>>['db'];
const works: Array<[string, (db: Db) => Promise<unknown>]> = [
  ['read one row', (db) => db.user.findUniqueOrThrow({ where: { id: 'usr_1' } })],
  ['write one row', (db) => db.user.update({ where: { id: 'usr_1' }, data: { name: 'B' }, select: { id: true } })],
  ['transaction of two', (db) => db.$transaction(async (tx) => (await tx.$queryRaw`SELECT 1 FROM users WHERE id = 'usr_1' FOR UPDATE`, tx.$executeRaw`UPDATE users SET name = 'C' WHERE id = 'usr_1'`))],
];

async function p50(work: (db: Db) => Promise<unknown>, db: Db): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const begun = performance.now();
    await work(db);
    times.push(performance.now() - begun);
  }
  return times.sort((a, b) => a - b)[ROUNDS >> 1]!;
}

const folder = await mkdtemp(path.join(os.tmpdir(), 'motioness-bench-'));
const own = await open(folder, false);
const prepared = await open(folder, true);
for (const [name, work] of works) {
  const [before, after] = [await p50(work, own.db), await p50(work, prepared.db)];
  console.log(`${name.padEnd(20)} PGlite's own ${before.toFixed(2)} ms, prepared ${after.toFixed(2)} ms: ${(before / after).toFixed(1)} times as fast`);
}
await own.close();
await prepared.close();
await rm(folder, { recursive: true, force: true });
