import { ApiError } from './errors';

/** The most bytes a JSON or form body may have. */
export const MAX_BODY_BYTES = 64 * 1024;

/**
 * Reads a body as strict UTF-8, never more of it than allowed.
 * @throws ApiError 413 above `maxBytes` (64 KiB), 400 when it breaks off or is not UTF-8.
 */
export async function readText(req: Request, maxBytes = MAX_BODY_BYTES): Promise<string> {
  if (Number(req.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
  if (!req.body) return '';
  const bytes = await collect(req.body as unknown as AsyncIterable<Uint8Array>, maxBytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ApiError('bad_request', 'the body is not valid UTF-8');
  }
}

async function collect(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) break;
      chunks.push(chunk);
    }
  } catch {
    // The client went away or broke the framing: nobody's bug, so no 500 and no line in the log.
    throw new ApiError('bad_request', 'the body could not be read to its end');
  }
  if (bytes > maxBytes) throw tooLarge(maxBytes);
  return Buffer.concat(chunks);
}

function tooLarge(maxBytes: number): ApiError {
  return new ApiError('payload_too_large', `the body exceeds ${maxBytes / 1024} KiB`);
}
