import { ApiError } from './errors';

/**
 * A body's bytes, never more of them than allowed: by the declared length before reading, and by counting.
 * @param tooLarge the error above `maxBytes`
 * @throws ApiError 400 when the body breaks off
 */
export async function readBytes(req: Request, maxBytes: number, tooLarge: () => ApiError): Promise<Buffer<ArrayBuffer>> {
  if (Number(req.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of (req.body ?? []) as unknown as AsyncIterable<Uint8Array>) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) break;
      chunks.push(chunk);
    }
  } catch {
    // The client went away or broke the framing: nobody's bug, so no 500 and no line in the log.
    throw new ApiError('bad_request', 'the body could not be read to its end');
  }
  if (bytes > maxBytes) throw tooLarge();
  return Buffer.concat(chunks);
}
