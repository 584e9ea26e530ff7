import { ApiError } from '../http/errors';
import type { Runtime } from '../runtime';
import { type CanonicalSource, isUpload, uploadOwnerOf } from '../sources/canonical-source';
import type { Embed } from './find-embed';

/**
 * Allowlist mode (reference 7): strangers may not spend the owner's quota on pictures of their own. Passes a source
 * whose origin is listed, or a subdomain of one; an upload of the project's owner; an asset the owner has made.
 * @throws ApiError 403 origin_not_allowed
 */
export function checkOrigin(rt: Pick<Runtime, 'env'>, { project, asset }: Embed, src: CanonicalSource): void {
  if (asset?.mintedBy === 'owner') return;
  if (isUpload(src) && uploadOwnerOf(src) === project.ownerId) return;
  const source = new URL(isUpload(src) ? rt.env.PUBLIC_URL : src);
  if (project.allowedOrigins.some((origin) => admits(origin, source))) return;
  throw new ApiError('origin_not_allowed', 'origin not in allowlist');
}

/** Same scheme and port, and the same host or one below it. */
export function admits(listed: string, source: URL): boolean {
  if (!URL.canParse(listed)) return false;
  const origin = new URL(listed);
  if (origin.protocol !== source.protocol || origin.port !== source.port || origin.hostname === '') return false;
  if (origin.hostname === source.hostname) return true;
  // "1.2.3.4" has no subdomains; a host that only ends in the same digits is another machine.
  const named = !/^[\d.]+$|^\[/.test(origin.hostname);
  return named && source.hostname.endsWith(`.${origin.hostname}`);
}
