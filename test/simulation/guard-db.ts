import type { Database, Tx } from '@/lib/database/database';
import { isApiError } from '@/lib/http/errors';
import { Crashed, type Task } from './task';

type Call = (...args: unknown[]) => Promise<unknown>;

interface Watch {
  task: Task;
  /** An error of the database itself: the product expects none. */
  surprise(error: unknown, what: string): void;
  wrote(): void;
}

const READS = /^(find|count|aggregate|groupBy|\$queryRaw)/;

/** The database as one task sees it: each statement is an input or output of the task's. */
export function guardDb(db: Database, watch: Watch): Database {
  const transaction = (work: (tx: Tx) => Promise<unknown>, options?: object) => inTransaction(db, watch, work, options);
  return guard(db, watch, false, { $transaction: transaction }) as Database;
}

function guard(target: object, watch: Watch, within: boolean, own: Record<string, unknown> = {}): object {
  const known = new Map<string | symbol, unknown>(Object.entries(own));
  return new Proxy(target, {
    get(_, name) {
      let member = known.get(name);
      if (member === undefined) {
        member = wrap(Reflect.get(target, name) as unknown, String(name), target);
        known.set(name, member);
      }
      return member;
    },
  });

  function wrap(member: unknown, name: string, self: object): unknown {
    if (typeof member === 'function') return statement(member as Call, name, self);
    if (typeof member !== 'object' || member === null) return member;
    const delegate = member as Record<string, Call>;
    return new Proxy(delegate, { get: (_, method) => statement(delegate[String(method)]!, String(method), delegate, name) });
  }

  function statement(call: Call, name: string, self: object, model = ''): Call {
    // A raw query may write as well (RETURNING).
    const writes = !READS.test(name) || name === '$queryRaw';
    return (...args) =>
      watch.task.io(
        'statement',
        async () => {
          try {
            return await call.apply(self, args);
          } catch (error) {
            watch.surprise(error, `${model} ${name}`);
            throw error;
          } finally {
            if (writes) watch.wrote();
          }
        },
        { writes, within },
      );
  }
}

/** A crash before its commit rolls back what it did; one after it lets nobody know. */
async function inTransaction(db: Database, watch: Watch, work: (tx: Tx) => Promise<unknown>, options?: object): Promise<unknown> {
  const { task } = watch;
  return task.io(
    'transaction',
    async () => {
      try {
        return await db.$transaction(async (tx) => {
          const result = await work(guard(tx, watch, true) as Tx);
          await task.io('transaction', async () => {}, { within: true });
          return result;
        }, options);
      } catch (error) {
        if (!(error instanceof Crashed) && !isApiError(error)) watch.surprise(error, 'transaction');
        throw error;
      }
    },
    { writes: true },
  );
}
