import type { ExplicitParams } from '../assets/params';
import { type CanonicalSource, isUpload, uploadKeyOf } from './canonical-source';

export type EmbedFormat = 'mp4' | 'jpg';

/**
 * The canonical embed path of an asset: `/v1/{key}/{source part}.{ext}`, the explicit parameters sorted by name and
 * form-encoded. Reading it (`lib/delivery/parse-embed.ts`) gives the same key, source and parameters.
 */
export function embedPath(projectKey: string, src: CanonicalSource, explicit: ExplicitParams, ext: EmbedFormat): string {
  const query = explicitQuery(explicit);
  return `/v1/${projectKey}/${sourcePart(src)}.${ext}${query && `?${query}`}`;
}

/** The explicit parameters sorted by name and form-encoded; empty when there are none. */
export function explicitQuery(explicit: ExplicitParams): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(explicit)) if (value !== undefined) params.set(name, String(value));
  params.sort();
  return params.toString();
}

/**
 * A source as it stands in an embed path. Three forms, told apart by their look:
 * - *upload*: `uploads/usr_…/file.ext`
 * - *plain*: `host/path`, read as https and verbatim. Only the source's `?` is escaped, as `%3F`; so that this is
 *   unambiguous a `%3F` of the source itself gains a `25` (`%253F`, and so on).
 * - *encoded*: the whole URL through encodeURIComponent, so without any `/`. For http sources and for those that
 *   clients or proxies would rewrite on the way (`//`, dot segments or raw `{` in the query).
 */
export function sourcePart(src: CanonicalSource): string {
  if (isUpload(src)) return `uploads/${uploadKeyOf(src)}`;
  const plain = src.startsWith('https://') ? escapeQuery(src.slice('https://'.length)) : '';
  return plain && isStable(plain) ? plain : encodeURIComponent(src);
}

/** Undoes `sourcePart` for the plain and the encoded form, giving URL text. @throws URIError on broken escapes */
export function sourceText(part: string): string {
  const text = part.includes('/') ? unescapeQuery(part) : decodeURIComponent(part);
  // A pasted scheme is welcome, also where a proxy has merged its slashes.
  const scheme = /^(https?)(?::|%3A)\/{1,2}/i.exec(text);
  return scheme ? `${scheme[1]!.toLowerCase()}://${text.slice(scheme[0].length)}` : `https://${text}`;
}

const escapeQuery = (text: string) => text.replace(/%(?=(?:25)*3F)/gi, '%25').replaceAll('?', '%3F');
const unescapeQuery = (part: string) =>
  part.replace(/%((?:25)*)3F/gi, (found, levels: string) => (levels ? `%${found.slice(3)}` : '?'));

/** Would a browser, and a proxy that merges slashes, send this part on as it is, and does it look like nothing else? */
function isStable(part: string): boolean {
  const path = `/v1/k/${part}.mp4`;
  const taken = /^(uploads|events)\//.test(part);
  return !taken && !path.includes('//') && new URL(path, 'https://host').href === `https://host${path}`;
}
