import { ApiError } from './errors';
import { readBytes } from './read-bytes';

/** The most bytes a JSON or form body may have. */
export const MAX_BODY_BYTES = 64 * 1024;

/**
 * Reads a body as strict UTF-8, never more of it than allowed.
 * @throws ApiError 413 above `maxBytes` (64 KiB), 400 when it breaks off or is not UTF-8.
 */
export async function readText(req: Request, maxBytes = MAX_BODY_BYTES): Promise<string> {
  const bytes = await readBytes(req, maxBytes, () => new ApiError('payload_too_large', `the body exceeds ${maxBytes / 1024} KiB`));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ApiError('bad_request', 'the body is not valid UTF-8');
  }
}
