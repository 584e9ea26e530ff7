import { ApiError } from '../http/errors';
import { checkPreconditions, rangeStillApplies, type Validators } from './preconditions';
import { type ByteRange, readRange } from './ranges';

/** An immutable representation and how to get its bytes. */
export interface Representation extends Validators {
  size: number;
  /** The whole, or exactly the range. */
  read(range?: ByteRange): Promise<ReadableStream<Uint8Array>> | Uint8Array;
  /** Everything but validators, lengths and ranges. */
  headers: Record<string, string>;
}

/** Up to this many bytes go out as one buffer, more as a stream that is pulled (facts, "One process"). */
const BUFFER_BYTES = 256 * 1024;

/**
 * Answers GET or HEAD with a representation: 200, 206, 304, 412 (RFC 9110, 13 and 14). HEAD has the headers of GET
 * without a range (14.2: Range is defined for GET only).
 * @throws ApiError 416 range_not_satisfiable
 */
export async function answerBytes(req: Request, what: Representation): Promise<Response> {
  const headers = new Headers(what.headers);
  headers.set('ETag', what.etag);
  headers.set('Accept-Ranges', 'bytes');
  if (what.lastModifiedMs !== undefined) headers.set('Last-Modified', new Date(what.lastModifiedMs).toUTCString());

  const ended = checkPreconditions(req.headers, what);
  if (ended) {
    // A 304 repeats what updates the cached answer (15.4.5); lengths and types are the stored one's.
    headers.delete('Content-Type');
    if (ended === 412) {
      headers.set('Cache-Control', 'no-store');
      headers.delete('CDN-Cache-Control');
    }
    return new Response(null, { status: ended, headers });
  }
  const range = req.method === 'GET' && rangeStillApplies(req.headers, what) ? readRange(req.headers.get('range'), what.size) : 'whole';
  if (range === 'unsatisfiable') {
    throw new ApiError('range_not_satisfiable', 'the range lies outside of the file', {
      headers: { 'Content-Range': `bytes */${what.size}`, 'Accept-Ranges': 'bytes' },
    });
  }
  const part = range === 'whole' ? undefined : range;
  const length = part ? part.end - part.start + 1 : what.size;
  headers.set('Content-Length', String(length));
  if (part) headers.set('Content-Range', `bytes ${part.start}-${part.end}/${what.size}`);
  const body = req.method === 'HEAD' ? null : await readBody(what, part, length);
  return new Response(body as BodyInit | null, { status: part ? 206 : 200, headers });
}

async function readBody(what: Representation, part: ByteRange | undefined, length: number): Promise<Uint8Array | ReadableStream> {
  const bytes = await what.read(part);
  if (bytes instanceof Uint8Array || length > BUFFER_BYTES) return bytes;
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes as unknown as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** `read` of a representation that is in memory. */
export const fromBytes = (bytes: Uint8Array) => (range?: ByteRange) => (range ? bytes.subarray(range.start, range.end + 1) : bytes);
