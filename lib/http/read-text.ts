import { ApiError } from './errors';

/** The most bytes a JSON or form body may have. */
export const MAX_BODY_BYTES = 64 * 1024;

/**
 * Reads a body as strict UTF-8, never more of it than allowed.
 * @throws ApiError 413 above 64 KiB, 400 when it breaks off or is not UTF-8.
 */
export async function readText(req: Request): Promise<string> {
  if (Number(req.headers.get('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  if (!req.body) return '';
  const bytes = await collect(req.body as unknown as AsyncIterable<Uint8Array>);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ApiError('bad_request', 'the body is not valid UTF-8');
  }
}

async function collect(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.byteLength;
      if (bytes > MAX_BODY_BYTES) break;
      chunks.push(chunk);
    }
  } catch {
    // The client went away or broke the framing: nobody's bug, so no 500 and no line in the log.
    throw new ApiError('bad_request', 'the body could not be read to its end');
  }
  if (bytes > MAX_BODY_BYTES) throw tooLarge();
  return Buffer.concat(chunks);
}

function tooLarge(): ApiError {
  return new ApiError('payload_too_large', `the body exceeds ${MAX_BODY_BYTES / 1024} KiB`);
}
