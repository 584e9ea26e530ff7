import { createHash } from 'node:crypto';
import type { Prisma, Tx } from '../database/database';
import { ApiError } from '../http/errors';
import type { Runtime } from '../runtime';

export interface Answer<T> {
  value: T;
  /** True when this is an earlier call's answer. */
  replayed: boolean;
}

interface Once {
  userId: string;
  route: string;
  /** The Idempotency-Key header; null runs the work every time. */
  key: string | null;
  body: object;
}

const KEPT_MS = 24 * 3600_000;

/**
 * Runs `work` once per key within 24 h and gives its first answer to every repetition. Key and answer commit with the
 * work itself; a concurrent duplicate waits on the key's row (draft-ietf-httpapi-idempotency-key-header).
 * @throws ApiError 422 when the key came with another body, 400 when it is not 1..255 visible characters.
 */
export async function answerOnce<T extends object>(rt: Runtime, tx: Tx, once: Once, work: () => Promise<T>): Promise<Answer<T>> {
  const { userId, route, key } = once;
  if (key === null) return { value: await work(), replayed: false };
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new ApiError('bad_request', 'Idempotency-Key must be 1 to 255 visible ASCII characters');
  }
  const bodyHash = hash(once.body);
  const now = new Date(rt.clock.now());
  const claimed = await tx.$executeRaw`
    INSERT INTO idempotency_keys AS k (user_id, route, key, body_hash, answer, created_at)
    VALUES (${userId}, ${route}, ${key}, ${bodyHash}, '{}', ${now})
    ON CONFLICT (user_id, route, key) DO UPDATE SET body_hash = ${bodyHash}, created_at = ${now}
    WHERE k.created_at <= ${new Date(now.getTime() - KEPT_MS)}`;
  const where = { userId_route_key: { userId, route, key } };
  if (claimed === 0) {
    const first = await tx.idempotencyKey.findUniqueOrThrow({ where });
    if (first.bodyHash === bodyHash) return { value: first.answer as T, replayed: true };
    throw new ApiError('idempotency_mismatch', 'this Idempotency-Key was used with another body');
  }
  const value = await work();
  await tx.idempotencyKey.update({ where, data: { answer: value as Prisma.InputJsonObject } });
  return { value, replayed: false };
}

/** The same members in another order are the same body. */
function hash(body: object): string {
  const sorted = Object.entries(body).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
}

/** Forgets answers older than 24 h. @returns how many. */
export async function deleteExpiredAnswers(rt: Runtime): Promise<number> {
  const { count } = await rt.db.idempotencyKey.deleteMany({ where: { createdAt: { lte: new Date(rt.clock.now() - KEPT_MS) } } });
  return count;
}
