import type { Call } from '../http/call';
import { listed } from '../http/entity-tags';

/** The validators of what would be served. */
export interface Validators {
  /** Strong, with its quotes. */
  etag: string;
  /** Unix ms; whole seconds count. */
  lastModifiedMs?: number;
}

/**
 * Evaluates a GET's or HEAD's preconditions in the order of RFC 9110, 13.2.2.
 * @returns the status that ends the request (304, 412), or null to go on.
 */
export function checkPreconditions(headers: Call['headers'], { etag, lastModifiedMs }: Validators): 304 | 412 | null {
  const ifMatch = headers.get('if-match');
  if (ifMatch !== null) {
    if (!listed(ifMatch, etag, 'strong')) return 412;
  } else if (lastModifiedMs !== undefined) {
    const until = readDate(headers.get('if-unmodified-since'));
    if (until !== null && seconds(lastModifiedMs) > seconds(until)) return 412;
  }
  const ifNoneMatch = headers.get('if-none-match');
  if (ifNoneMatch !== null) return listed(ifNoneMatch, etag, 'weak') ? 304 : null;
  const since = readDate(headers.get('if-modified-since'));
  return since !== null && lastModifiedMs !== undefined && seconds(lastModifiedMs) <= seconds(since) ? 304 : null;
}

/**
 * May the `Range` be honoured (RFC 9110, 13.1.5)? Only the very same strong ETag proves that the bytes the client has
 * are of this clip. A date never does: two clips may be of one second, and a response must not mix them.
 */
export function rangeStillApplies(headers: Call['headers'], { etag }: Validators): boolean {
  const ifRange = headers.get('if-range');
  return ifRange === null || ifRange.trim() === etag;
}

const seconds = (ms: number) => Math.floor(ms / 1000);

const DATE =
  /^(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, \d\d-\w{3}-\d\d \d\d:\d\d:\d\d GMT|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4})$/;

/** An HTTP-date in any of its three forms (5.6.7), in ms; null for anything else, which is then ignored. */
function readDate(text: string | null): number | null {
  const given = text?.trim() ?? '';
  if (!DATE.test(given)) return null;
  const ms = Date.parse(given.endsWith('GMT') ? given : `${given} GMT`);
  return Number.isNaN(ms) ? null : ms;
}
