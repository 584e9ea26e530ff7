import type { Call } from '../http/call';
import { ApiError } from '../http/errors';
import type { Runtime } from '../runtime';
import { type CanonicalSource, MAX_EMBED_CHARS } from '../sources/canonical-source';
import { type EmbedFormat, sourceText } from '../sources/embed-path';
import { invalidField, invalidSource } from '../sources/invalid-field';
import { parseSource, parseUploadKey } from '../sources/parse-source';
import { type EmbedParams, readEmbedParams } from './embed-params';

/** An embed URL, understood. */
export interface EmbedRequest extends EmbedParams {
  projectKey: string;
  src: CanonicalSource;
  format: EmbedFormat;
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
  const src = parsePart(rt, part);
  const params = readEmbedParams(url.searchParams, headers);
  if (!/^[\w-]{1,64}$/.test(projectKey)) throw unknownKey();
  return { ...params, projectKey, src, format: format as EmbedFormat };
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
