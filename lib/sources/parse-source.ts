import type { Runtime } from '../runtime';
import { type CanonicalSource, MAX_EMBED_CHARS, MAX_SOURCE_CHARS, UPLOAD, UPLOAD_KEY } from './canonical-source';
import { sourcePart } from './embed-path';
import { invalidSource } from './invalid-field';

/**
 * The canonical form of a source URL that a client gave: any http or https URL, or the URL of one of our own uploads.
 * Says nothing about whether it exists or may be used.
 * @throws ApiError 400 validation_failed that names `src`
 */
export function parseSource(rt: Pick<Runtime, 'env'>, text: string): CanonicalSource {
  if (text.length > MAX_SOURCE_CHARS) throw invalidSource(`must be at most ${MAX_SOURCE_CHARS} characters`);
  if (!/^\s*https?:/i.test(text) || !URL.canParse(text)) throw invalidSource('must be an absolute http or https URL');
  const url = new URL(text);
  if (url.username || url.password) throw invalidSource('must not carry a user name or password');
  url.hash = '';
  const own = ownPath(rt.env.PUBLIC_URL, url);
  if (own?.startsWith('/uploads/')) return parseUploadKey(own.slice('/uploads/'.length), url.search);
  if (own?.startsWith('/v1/')) throw invalidSource('an embed URL cannot be a source itself');
  // "https://a/x?" and "https://a/x" are two URLs to WHATWG; nobody means two pictures by them.
  const src = url.search ? url.href : url.href.replace(/\?$/, '');
  if (src.length > MAX_SOURCE_CHARS || sourcePart(src).length > MAX_EMBED_CHARS) {
    throw invalidSource('is too long once it is percent-encoded');
  }
  return src;
}

/** `upload:…` for `usr_…/file.ext`. @throws ApiError 400 when it can't be one of our uploads */
export function parseUploadKey(key: string, search = ''): CanonicalSource {
  if (search || !UPLOAD_KEY.test(key)) throw invalidSource('is not the URL of an upload');
  return UPLOAD + key;
}

/** The path below PUBLIC_URL, or null for another host. The scheme is not compared: embed paths don't carry it. */
function ownPath(publicUrl: string, url: URL): string | null {
  const base = new URL(publicUrl);
  const prefix = base.pathname.replace(/\/$/, '');
  return url.host === base.host && url.pathname.startsWith(`${prefix}/`) ? url.pathname.slice(prefix.length) : null;
}
