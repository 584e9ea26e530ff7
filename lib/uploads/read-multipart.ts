import { ApiError } from '../http/errors';
import { readBytes } from '../http/read-bytes';
import { MAX_SOURCE_BYTES } from '../sources/check-image';
import { invalidField } from '../sources/invalid-field';
import { fileName } from './file-name';

/** Room for boundaries, headers and small fields around the file. */
const OVERHEAD_BYTES = 64 * 1024;
const MAX_BODY_BYTES = MAX_SOURCE_BYTES + OVERHEAD_BYTES;

const tooLarge = () => new ApiError('source_too_large', 'file exceeds 10 MB limit');

/**
 * Name and bytes of the field `file` of a multipart body. A body without or with a false Content-Length holds no more
 * memory than one of 10 MB.
 * @throws ApiError 400 (no such field, broken body), 413, 415 (not multipart)
 */
export async function readMultipartFile(req: Request): Promise<{ name: string; bytes: Uint8Array }> {
  const contentType = req.headers.get('content-type') ?? '';
  if (!/^multipart\/form-data\b/i.test(contentType)) {
    throw new ApiError('unsupported_type', 'send multipart/form-data with the image in the field "file"');
  }
  const body = await readBytes(req, MAX_BODY_BYTES, tooLarge);
  if (body.byteLength === 0) throw invalidField('file', 'is missing');
  const form = await new Response(body, { headers: { 'content-type': contentType } }).formData().catch(() => {
    throw new ApiError('bad_request', 'the multipart body is broken');
  });
  const file = form.get('file');
  if (file === null) throw invalidField('file', 'is missing');
  if (typeof file === 'string') throw invalidField('file', 'must be a file, with a filename');
  if (file.size > MAX_SOURCE_BYTES) throw tooLarge();
  return { name: fileName(file.name), bytes: new Uint8Array(await file.arrayBuffer()) };
}
