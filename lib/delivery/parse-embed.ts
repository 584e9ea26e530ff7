import type { Call } from '../http/call';
import { ApiError } from '../http/errors';
import type { Runtime } from '../runtime';
import { type CanonicalSource, MAX_EMBED_CHARS, UPLOAD, uploadKeyOf } from '../sources/canonical-source';
import { type EmbedFormat, sourceText } from '../sources/embed-path';
import { invalidField, invalidSource } from '../sources/invalid-field';
import { parseSource, parseUploadKey } from '../sources/parse-source';
import { type EmbedParams, readEmbedParams } from './embed-params';

/** An embed URL, understood. */
export interface EmbedRequest extends EmbedParams {
  projectKey: string;
  src: CanonicalSource;
  format: EmbedFormat;
  /** Of a signed URL: its source as it was encoded, and its signature. Says nothing yet about whether that is right. */
  signed: { src: string; exp: string; sig: string } | null;
}

/**
 * Reads `/v1/{key}/{source part}.{mp4|jpg}?…` from the raw path, where escapes still tell the forms apart
 * (`lib/sources/embed-path.ts` writes them).
 * @throws ApiError 400 that names what is wrong, 403 for a key that can't be one
 */
export function parseEmbed(rt: Pick<Runtime, 'env'>, url: URL, headers: Call['headers']): EmbedRequest {
  const path = /^\/v1\/([^/]*)\/(.*)\.(mp4|jpg)$/.exec(url.pathname);
  if (!path) throw invalidField('path', 'must be /v1/{project key}/{source}.mp4 or .jpg');
  const [, projectKey = '', part = '', format] = path;
  if (part.length > MAX_EMBED_CHARS) throw invalidSource(`must be at most ${MAX_EMBED_CHARS} characters in an embed URL`);
  const encoded = signedSource(part);
  const src = encoded === null ? parsePart(rt, part) : encoded.startsWith(UPLOAD) ? parseUploadKey(uploadKeyOf(encoded)) : parseSource(rt, encoded);
  const params = readEmbedParams(url.searchParams, headers);
  if (!/^[\w-]{1,64}$/.test(projectKey)) throw unknownKey();
  const [sig, exp] = [url.searchParams.getAll('sig'), url.searchParams.getAll('exp')];
  const signed = encoded !== null && sig.length === 1 && exp.length === 1 ? { src: encoded, exp: exp[0]!, sig: sig[0]! } : null;
  return { ...params, projectKey, src, format: format as EmbedFormat, signed };
}

/**
 * The text behind a source part in the signed form: base64url, unpadded, of a whole URL (or of `upload:…`, which outlives a
 * move of the server). Null for the other forms: those hold a dot, a slash or a percent sign, or give no URL.
 */
function signedSource(part: string): string | null {
  if (!/^[\w-]+$/.test(part)) return null;
  const bytes = Buffer.from(part, 'base64url');
  const text = bytes.toString('utf8');
  const exact = bytes.toString('base64url') === part && Buffer.from(text).equals(bytes);
  return exact && /^(https?:\/\/|upload:)/i.test(text) ? text : null;
}

/** Wrong, rotated away or deleted: all look the same. */
export const unknownKey = () => new ApiError('unknown_project_key', 'unknown project key');

function parsePart(rt: Pick<Runtime, 'env'>, part: string): CanonicalSource {
  if (part.startsWith('uploads/')) return parseUploadKey(part.slice('uploads/'.length));
  let text: string;
  try {
    text = sourceText(part);
  } catch {
    throw invalidSource('holds a broken percent escape');
  }
  return parseSource(rt, text);
}
