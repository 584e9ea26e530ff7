import type { Call } from '../http/call';
import { ApiError } from '../http/errors';
import type { Body, Reply } from '../http/reply';
import { checkPreconditions, rangeStillApplies, type Validators } from './preconditions';
import { type ByteRange, readRange } from './ranges';

/** An immutable representation and how to get its bytes. */
export interface Resource extends Validators {
  size: number;
  /** The whole, or exactly the range. */
  read(range?: ByteRange): Body | Promise<Body>;
  /** Everything but validators, lengths and ranges. */
  headers: Record<string, string>;
}

/** The same, with its headers made: those of bytes, and those of a 304 (9110, 15.4.5: what updates a kept answer). */
export interface Representation extends Resource {
  notModified: Record<string, string>;
}

/** Makes the headers that all answers with a representation share, so that a hot one has them made once. */
export function represent(resource: Resource): Representation {
  const { 'Content-Type': type = 'application/octet-stream', ...others } = resource.headers;
  const date: Record<string, string> = resource.lastModifiedMs === undefined ? {} : { 'Last-Modified': new Date(resource.lastModifiedMs).toUTCString() };
  const notModified = { ...others, ETag: resource.etag, 'Accept-Ranges': 'bytes', ...date };
  return { ...resource, notModified, headers: { 'Content-Type': type, ...notModified } };
}

/**
 * Answers GET or HEAD with a representation: 200, 206, 304, 412 (RFC 9110, 13 and 14). HEAD has the headers of GET
 * without a range (14.2: Range is defined for GET only).
 * @throws ApiError 416 range_not_satisfiable
 */
export function answerBytes(call: Call, what: Representation): Reply | Promise<Reply> {
  const ended = checkPreconditions(call.headers, what);
  if (ended === 304) return { status: 304, headers: { ...what.notModified }, body: null };
  if (ended === 412) {
    const { 'CDN-Cache-Control': _, ...headers } = what.notModified;
    return { status: 412, headers: { ...headers, 'Cache-Control': 'no-store' }, body: null };
  }
  const range = call.method === 'GET' && rangeStillApplies(call.headers, what) ? readRange(call.headers.get('range'), what.size) : 'whole';
  if (range === 'unsatisfiable') {
    throw new ApiError('range_not_satisfiable', 'the range lies outside of the file', {
      headers: { 'Content-Range': `bytes */${what.size}`, 'Accept-Ranges': 'bytes' },
    });
  }
  const headers: Record<string, string> = { ...what.headers };
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
