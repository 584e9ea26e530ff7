import { randomUUID } from 'node:crypto';
import type { Call } from './call';

/** The client's `X-Request-Id` when it is well formed, otherwise a fresh `req_` + 8 hex. */
export const requestIdOf = (req: Call): string => requestIdFrom(req.headers.get('x-request-id'));

/** The same from the header's value alone. */
export function requestIdFrom(given: string | null | undefined): string {
  return given && /^[\w-]{4,64}$/.test(given) ? given : `req_${randomUUID().slice(0, 8)}`;
}
