import type { Runtime } from '../runtime';
import { ApiError } from './errors';

const WINDOW_MS = 60_000;

/**
 * Counts one call against `perMinute` for `key`, in windows of a minute that all processes share.
 * @throws ApiError 429 rate_limited with `retry_after_ms` and `Retry-After`.
 */
export async function limitRate(rt: Runtime, key: string, perMinute: number): Promise<void> {
  const now = new Date(rt.clock.now());
  const fresh = new Date(now.getTime() + WINDOW_MS);
  // The count stops one above the limit, so that a flood can never overflow the column.
  const rows = await rt.db.$queryRaw<Array<{ count: number; expires_at: Date }>>`
    INSERT INTO rate_windows AS w (key, count, expires_at) VALUES (${key}, 1, ${fresh})
    ON CONFLICT (key) DO UPDATE SET
      count = CASE WHEN w.expires_at <= ${now} THEN 1 ELSE LEAST(w.count, ${perMinute}::int) + 1 END,
      expires_at = CASE WHEN w.expires_at <= ${now} THEN ${fresh} ELSE w.expires_at END
    RETURNING count, expires_at`;
  const window = rows[0]!;
  if (window.count > perMinute) throw rateLimited(window.expires_at.getTime() - now.getTime());
}

/** Forgets the calls counted for `key`. */
export async function forgetRate(rt: Runtime, key: string): Promise<void> {
  await rt.db.rateWindow.deleteMany({ where: { key } });
}

/** Removes windows that are over. For the housekeeping; counting does not need it. */
export async function deleteExpiredRates(rt: Runtime): Promise<number> {
  const { count } = await rt.db.rateWindow.deleteMany({ where: { expiresAt: { lte: new Date(rt.clock.now()) } } });
  return count;
}

/** The 429 that says when to come back. */
export function rateLimited(ms: number): ApiError {
  const retryAfterMs = Math.max(1, ms);
  return new ApiError('rate_limited', 'rate limited', {
    body: { retry_after_ms: retryAfterMs },
    headers: { 'Retry-After': String(Math.ceil(retryAfterMs / 1000)) },
  });
}
