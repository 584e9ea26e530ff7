import type { Runtime } from '../runtime';
import { type CanonicalSource, isUpload, uploadKeyOf } from './canonical-source';

/** The public URL of a canonical source. */
export function sourceUrl(rt: Pick<Runtime, 'env'>, src: CanonicalSource): string {
  return isUpload(src) ? uploadUrl(rt, uploadKeyOf(src)) : src;
}

/** The public URL of an upload, `key` being `usr_…/file.ext`. */
export const uploadUrl = (rt: Pick<Runtime, 'env'>, key: string): string => `${rt.env.PUBLIC_URL}/uploads/${key}`;
