import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';

/** The database as it lies, read behind the product's back. */
export interface Books {
  query<Row>(sql: string): Promise<Row[]>;
  close(): Promise<void>;
}

/** PostgreSQL may be read while servers run; the embedded database (of a data folder) only when none does. */
export async function openBooks(database: { url: string } | { dataDir: string }): Promise<Books> {
  if ('dataDir' in database) {
    const pglite = await PGlite.create(path.join(database.dataDir, 'pglite'));
    return { query: async <Row>(sql: string) => (await pglite.query<Row>(sql)).rows, close: () => pglite.close() };
  }
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  return { query: async <Row>(sql: string) => (await client.query(sql)).rows as Row[], close: () => client.end() };
}
