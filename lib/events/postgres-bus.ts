import pg from 'pg';
import type { Log } from '../log';
import { type Bus, localBus } from './bus';

const CHANNEL = 'motioness';
const RECONNECT_MS = 1_000;

/**
 * The bus between processes on PostgreSQL: LISTEN on one connection, NOTIFY on another. Listeners of this process are
 * called at once, the others by the server; a hint lost while reconnecting is made up for by the listeners' own checks.
 */
export async function postgresBus(url: string, log: Log): Promise<Bus> {
  const here = localBus();
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  pool.on('error', (error) => log.warn({ err: error }, 'bus: a connection broke'));
  const self = crypto.randomUUID();
  let closed = false;
  let listener: pg.Client | null = null;

  async function listen(): Promise<void> {
    const client = new pg.Client({ connectionString: url });
    client.on('notification', ({ payload }) => {
      const [from, channel, text] = JSON.parse(payload ?? '[]') as [string, string, string];
      if (from !== self) here.publish(channel, text);
    });
    client.on('error', (error) => log.warn({ err: error }, 'bus: the listener broke'));
    client.on('end', () => {
      listener = null;
      if (!closed) setTimeout(() => void relisten(), RECONNECT_MS).unref();
    });
    await client.connect();
    await client.query(`LISTEN ${CHANNEL}`);
    listener = client;
  }

  async function relisten(): Promise<void> {
    await listen().catch((error: unknown) => {
      log.warn({ err: error }, 'bus: could not listen');
      if (!closed) setTimeout(() => void relisten(), RECONNECT_MS).unref();
    });
  }

  await listen();
  return {
    publish(channel, payload = '') {
      here.publish(channel, payload);
      if (closed) return;
      pool.query('SELECT pg_notify($1, $2)', [CHANNEL, JSON.stringify([self, channel, payload])]).catch((error: unknown) => {
        log.warn({ err: error, channel }, 'bus: a wake-up was not sent');
      });
    },
    subscribe: here.subscribe,
    hearing: () => listener !== null,
    async close() {
      closed = true;
      await here.close();
      await listener?.end();
      await pool.end();
    },
  };
}
