const unitMs: Record<string, number> = { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** Milliseconds of an SDK time string such as `1d2h30m10s`; undefined when it is not one. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|[wdhms]))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[wdhms])/g)) total += Number(amount) * (unitMs[unit ?? ''] ?? 0);
  return total;
}

/** The moment an SDK time string means: an ISO date, or a duration from `now`. An empty string (a zero duration) is now. */
export function parseMoment(text: string, now: number): number | undefined {
  if (text === '') return now;
  const duration = parseDuration(text);
  if (duration !== undefined) return now + duration;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : date;
}

/** A `retry-after` header: seconds, or a date. Undefined when absent or unreadable, so that the usual backoff applies. */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  if (!header) return undefined;
  if (/^\d+(\.\d+)?$/.test(header)) return now + Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : date;
}

/** 1 s, 4 s, 16 s, … at most 10 min, each ±20 % so that runs that failed together do not come back together. */
export function defaultBackoff(attempt: number): number {
  const base = Math.min(1000 * 4 ** (attempt - 1), 600_000);
  return Math.round(base * (0.8 + Math.random() * 0.4));
}
