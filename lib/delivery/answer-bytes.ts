import type { Call } from '../http/call';
import { ApiError } from '../http/errors';
import type { Body, Reply } from '../http/reply';
import { checkPreconditions, rangeStillApplies, type Validators } from './preconditions';
import { type ByteRange, readRange } from './ranges';

/** An immutable representation and how to get its bytes. */
export interface Representation extends Validators {
  size: number;
  /** The whole, or exactly the range. */
  read(range?: ByteRange): Body | Promise<Body>;
  /** Everything but validators, lengths and ranges. */
  headers: Record<string, string>;
}

/**
 * Answers GET or HEAD with a representation: 200, 206, 304, 412 (RFC 9110, 13 and 14). HEAD has the headers of GET
 * without a range (14.2: Range is defined for GET only).
 * @throws ApiError 416 range_not_satisfiable
 */
export function answerBytes(call: Call, what: Representation): Reply | Promise<Reply> {
  const headers: Record<string, string> = { ...what.headers, ETag: what.etag, 'Accept-Ranges': 'bytes' };
  if (what.lastModifiedMs !== undefined) headers['Last-Modified'] = new Date(what.lastModifiedMs).toUTCString();

  const ended = checkPreconditions(call.headers, what);
  if (ended) {
    // A 304 repeats what updates the cached answer (15.4.5); lengths and types are the stored one's.
    delete headers['Content-Type'];
    if (ended === 412) {
      headers['Cache-Control'] = 'no-store';
      delete headers['CDN-Cache-Control'];
    }
    return { status: ended, headers, body: null };
  }
  const range = call.method === 'GET' && rangeStillApplies(call.headers, what) ? readRange(call.headers.get('range'), what.size) : 'whole';
  if (range === 'unsatisfiable') {
    throw new ApiError('range_not_satisfiable', 'the range lies outside of the file', {
      headers: { 'Content-Range': `bytes */${what.size}`, 'Accept-Ranges': 'bytes' },
    });
  }
  const part = range === 'whole' ? undefined : range;
  headers['Content-Length'] = String(part ? part.end - part.start + 1 : what.size);
  if (part) headers['Content-Range'] = `bytes ${part.start}-${part.end}/${what.size}`;
  const status = part ? 206 : 200;
  if (call.method === 'HEAD') return { status, headers, body: null };
  const body = what.read(part);
  return body instanceof Promise ? body.then((read) => ({ status, headers, body: read })) : { status, headers, body };
}

/** `read` of a representation that is in memory. */
export const fromBytes = (bytes: Uint8Array) => (range?: ByteRange): Body => ({ first: range ? bytes.subarray(range.start, range.end + 1) : bytes });
