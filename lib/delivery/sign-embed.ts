import { createHmac } from 'node:crypto';
import type { ExplicitParams } from '../assets/params';
import { type EmbedFormat, explicitQuery } from '../sources/embed-path';

/** What a signature covers (docs/signed-urls.md). */
export interface Signable {
  /** The project's key, `pk_…`, as it stands in the path. */
  key: string;
  /** The whole URL of the source image with its scheme, letter for letter as it is encoded into the path. */
  src: string;
  /** Unix seconds: from then on the URL is refused. */
  exp: number | string;
  /** The content parameters of the URL, sorted and form-encoded; empty without any. */
  params: string;
}

/** The text that is signed: `key:src:exp`, and `:` plus the content parameters when there are any. */
export function signedText({ key, src, exp, params }: Signable): string {
  return `${key}:${src}:${exp}${params && `:${params}`}`;
}

/** HMAC-SHA256 of the signed text, keyed with the signing secret as it was shown. */
export function signatureOf(secret: string, what: Signable): Buffer {
  return createHmac('sha256', secret).update(signedText(what)).digest();
}

export interface ToSign {
  key: string;
  /** The project's signing secret, `mss_…`. */
  secret: string;
  src: string;
  /** Unix seconds; a fraction is dropped. */
  exp: number;
  ext: EmbedFormat;
  params?: ExplicitParams;
}

/** The signed embed path of a source: `/v1/{key}/{base64url(src)}.{ext}?…&exp=…&sig=…`. The server's own address goes in front. */
export function signEmbed({ key, secret, src, exp: end, ext, params = {} }: ToSign): string {
  const exp = Math.floor(end);
  const query = explicitQuery(params);
  const sig = signatureOf(secret, { key, src, exp, params: query }).toString('hex');
  return `/v1/${key}/${Buffer.from(src).toString('base64url')}.${ext}?${query && `${query}&`}exp=${exp}&sig=${sig}`;
}
