import { ApiError } from '../http/errors';
import { MAX_SOURCE_BYTES } from '../sources/check-image';
import { invalidField } from '../sources/invalid-field';
import { fileName } from './file-name';

/** Room for boundaries, headers and small fields around the file. */
const OVERHEAD_BYTES = 64 * 1024;
const MAX_BODY_BYTES = MAX_SOURCE_BYTES + OVERHEAD_BYTES;

const tooLarge = () => new ApiError('source_too_large', 'file exceeds 10 MB limit');

/**
 * Name and bytes of the field `file` of a multipart body. Bounded by the declared length and by counting, so a body without
 * or with a false Content-Length holds no more memory than one of 10 MB.
 * @throws ApiError 400 (no such field, broken body), 413, 415 (not multipart)
 */
export async function readMultipartFile(req: Request): Promise<{ name: string; bytes: Uint8Array }> {
  const contentType = req.headers.get('content-type') ?? '';
  if (!/^multipart\/form-data\b/i.test(contentType)) {
    throw new ApiError('unsupported_type', 'send multipart/form-data with the image in the field "file"');
  }
  if (Number(req.headers.get('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  if (!req.body) throw invalidField('file', 'is missing');
  const body = await readBounded(req.body);
  const form = await new Response(body, { headers: { 'content-type': contentType } }).formData().catch(() => {
    throw new ApiError('bad_request', 'the multipart body is broken');
  });
  const file = form.get('file');
  if (file === null) throw invalidField('file', 'is missing');
  if (typeof file === 'string') throw invalidField('file', 'must be a file, with a filename');
  if (file.size > MAX_SOURCE_BYTES) throw tooLarge();
  return { name: fileName(file.name), bytes: new Uint8Array(await file.arrayBuffer()) };
}

async function readBounded(body: ReadableStream<Uint8Array>): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
