import { type PGlite, protocol } from '@electric-sql/pglite';
import { type Answer, readAnswer } from './read-answer';

interface Prepared {
  name: string;
  /** Type ids. */
  parameters: number[];
  columns: Answer['columns'];
}

type Parse = (text: string, type: number) => unknown;
interface Options {
  parsers?: Record<number, Parse>;
}

const { serialize } = protocol;
const EXECUTE = serialize.execute({});
const SYNC = serialize.sync();
/** Lists of values make texts of their own, so not all can be kept. */
const MOST_PREPARED = 500;

/**
 * PGlite as its Prisma adapter uses it (rows as arrays), in one call of the database a statement instead of six, and with
 * statements prepared once (PostgreSQL's documentation, "Extended Query"): half of the time or less, measured in
 * bench/embedded.ts. One session: whoever comes waits until the transaction before is over.
 */
export function preparedPGlite(pglite: PGlite) {
  const prepared = new Map<string, Prepared>();
  let made = 0;
  let last: Promise<unknown> = Promise.resolve();

  // A folder is written to as the database goes, so there is nothing to sync behind a call.
  const call = async (...parts: Uint8Array[]) => readAnswer(await pglite.execProtocolRaw(Buffer.concat(parts), { syncToFs: false }));
  const simple = (sql: string) => call(serialize.query(sql));

  async function statementOf(sql: string): Promise<Prepared> {
    const known = prepared.get(sql);
    if (known) {
      prepared.delete(sql);
      prepared.set(sql, known);
      return known;
    }
    if (prepared.size >= MOST_PREPARED) {
      const [oldest, { name }] = prepared.entries().next().value!;
      prepared.delete(oldest);
      await call(serialize.close({ type: 'S', name }), SYNC);
    }
    const name = `s${(made += 1)}`;
    const { parameters, columns } = await call(serialize.parse({ name, text: sql }), serialize.describe({ type: 'S', name }), SYNC);
    const statement = { name, parameters, columns };
    prepared.set(sql, statement);
    return statement;
  }

  async function query(sql: string, values: unknown[] = [], { parsers = {} }: Options = {}) {
    const statement = await statementOf(sql);
    const texts = values.map((value, i) => (value == null ? null : textOf(value, statement.parameters[i]!)));
    const { rows, affected } = await call(serialize.bind({ statement: statement.name, values: texts }), EXECUTE, SYNC);
    const parse = statement.columns.map(({ dataTypeID }) => (parsers[dataTypeID] ?? pglite.parsers[dataTypeID]) as Parse | undefined);
    for (const row of rows as unknown[][]) {
      for (let i = 0; i < row.length; i += 1) if (row[i] !== null && parse[i]) row[i] = parse[i]!(row[i] as string, statement.columns[i]!.dataTypeID);
    }
    return { rows: rows as unknown[][], fields: statement.columns, affectedRows: affected };
  }

  function textOf(value: unknown, type: number): string {
    const serializer = pglite.serializers[type] as ((value: unknown) => string) | undefined;
    return serializer ? serializer(value) : String(value);
  }

  function alone<T>(work: () => Promise<T>): Promise<T> {
    const next = last.then(work, work);
    last = next.catch(() => {});
    return next;
  }

  async function inTransaction<T>(work: (tx: object) => Promise<T>): Promise<T> {
    await simple('BEGIN');
    let ended: Promise<unknown> | undefined;
    const end = (sql: string) => (ended ??= simple(sql));
    try {
      const result = await work({ query, rollback: () => end('ROLLBACK') });
      await end('COMMIT');
      return result;
    } catch (error) {
      await end('ROLLBACK');
      throw error;
    }
  }

  return {
    query: (...args: Parameters<typeof query>) => alone(() => query(...args)),
    exec: (sql: string) => alone(async () => void (await simple(sql))),
    transaction: <T>(work: (tx: object) => Promise<T>) => alone(() => inTransaction(work)),
  };
}
