import type { Runtime } from '../runtime';
import { ApiError } from './errors';

/**
 * A browser says where a changing call comes from; only our own pages may make one with the cookie.
 * Tools such as curl send neither header and carry the cookie on purpose.
 * @throws ApiError 403 cross_origin
 */
export function requireSameOrigin(rt: Runtime, req: Request): void {
  const origin = req.headers.get('origin');
  const site = req.headers.get('sec-fetch-site');
  const ours = new URL(rt.env.PUBLIC_URL).origin;
  // Both headers must agree: Origin alone cannot tell http://host from https://host behind a TLS proxy,
  // Sec-Fetch-Site alone is missing on plain http.
  const siteFits = site === null || site === 'same-origin' || site === 'none' || origin === ours;
  const originFits = origin === null || origin === ours || sameHost(origin, req.headers.get('host'));
  if (!siteFits || !originFits) throw new ApiError('cross_origin', 'this call must come from the same origin');
}

/** True when the page and the call name the same host: the server is then reached under a name PUBLIC_URL does not say. */
function sameHost(origin: string, host: string | null): boolean {
  if (!host || !/^https?:\/\//.test(origin) || !URL.canParse(origin)) return false;
  const page = new URL(origin);
  const asked = `${page.protocol}//${host}`;
  return URL.canParse(asked) && new URL(asked).host === page.host;
}
