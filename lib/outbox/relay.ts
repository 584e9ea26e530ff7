import type { Runtime } from '../runtime';
import { OUTBOX_CHANNEL, type Message } from './add-message';

export type Carry = (rt: Runtime, message: Message) => Promise<void>;

interface Row {
  id: bigint;
  kind: string;
  payload: object;
  attempts: number;
}

const BATCH = 20;
/** Longer than any message takes; after it another relay may carry the message again. */
const LEASE_MS = 60_000;
const POLL_MS = 1_000;

/**
 * Carries out up to one batch of due messages, each at least once.
 * @returns how many were taken.
 */
export async function relayBatch(rt: Runtime, carry: Carry): Promise<number> {
  const rows = await take(rt, BATCH);
  await Promise.all(rows.map((row) => carryOne(rt, carry, row)));
  return rows.length;
}

async function take(rt: Runtime, most: number): Promise<Row[]> {
  const now = new Date(rt.clock.now());
  const rows = await rt.db.$queryRaw<Row[]>`
    UPDATE outbox SET leased_until = ${new Date(now.getTime() + LEASE_MS)}, attempts = attempts + 1
    WHERE id IN (
      SELECT id FROM outbox
      WHERE done_at IS NULL AND available_at <= ${now} AND (leased_until IS NULL OR leased_until <= ${now})
      ORDER BY available_at, id LIMIT ${most} FOR UPDATE SKIP LOCKED)
    RETURNING id, kind, payload, attempts`;
  return rows.sort((a, b) => Number(a.id - b.id));
}

async function carryOne(rt: Runtime, carry: Carry, row: Row): Promise<void> {
  try {
    await carry(rt, { kind: row.kind, ...row.payload } as Message);
    await rt.db.$executeRaw`DELETE FROM outbox WHERE id = ${row.id}`;
  } catch (error) {
    rt.log.warn({ err: error, kind: row.kind, attempts: row.attempts }, 'outbox message failed, will be tried again');
    const again = new Date(rt.clock.now() + Math.max(backoffMs(row.attempts), askedToWaitMs(error)));
    await rt.db.$executeRaw`
      UPDATE outbox SET leased_until = NULL, available_at = ${again}, last_error = ${String(error).slice(0, 500)}
      WHERE id = ${row.id}`;
  }
}

/** 0.5 s, 1 s, 2 s … at most a minute. */
const backoffMs = (attempts: number) => Math.min(60_000, 250 * 2 ** Math.min(attempts, 10));

/** Whoever refused may have said when to come back (`Retry-After`). */
const askedToWaitMs = (error: unknown) => (error as { retryAfterMs?: number } | null)?.retryAfterMs ?? 0;

/**
 * Relays messages until stopped: woken at each commit, and looking by itself every second. A slow message (an edge or a
 * model service that does not answer) holds up no other.
 */
export function startRelay(rt: Runtime, carry: Carry): { stop(): Promise<void> } {
  let stopped = false;
  let wanted = true;
  let wakeUp = () => {};
  const carried = new Set<Promise<void>>();
  const look = () => {
    wanted = true;
    wakeUp();
  };
  const unsubscribe = rt.bus.subscribe(OUTBOX_CHANNEL, look);

  async function takeSome(): Promise<boolean> {
    const room = BATCH - carried.size;
    const rows = room > 0 ? await take(rt, room) : [];
    for (const row of rows) {
      const work = carryOne(rt, carry, row)
        .catch((error: unknown) => void rt.log.error({ err: error }, 'the outbox relay could not note what became of a message'))
        .finally(() => {
          carried.delete(work);
          // With every place taken, messages may have been waiting for this one.
          if (carried.size === BATCH - 1) look();
        });
      carried.add(work);
    }
    return room > 0 && rows.length === room;
  }

  async function run(): Promise<void> {
    while (!stopped) {
      wanted = false;
      const more = await takeSome().catch((error: unknown) => {
        if (!stopped) rt.log.error({ err: error }, 'the outbox relay could not read its messages');
        return false;
      });
      if (more || wanted || stopped) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, POLL_MS);
        wakeUp = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    await Promise.all(carried);
  }

  const running = run();
  return {
    async stop() {
      stopped = true;
      unsubscribe();
      wakeUp();
      await running;
    },
  };
}
