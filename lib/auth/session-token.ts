import { decode, encode } from 'next-auth/jwt';
import type { Runtime } from '../runtime';
import { SESSION_SECONDS } from './session-cookie';

/** What the encrypted cookie says: which row of `sessions` it stands for. */
export interface SessionClaims {
  sub: string;
  sid: string;
}

/** The cookie's value for a session. */
export function encodeSession(rt: Pick<Runtime, 'secret'>, claims: SessionClaims): Promise<string> {
  return encode({ token: { ...claims }, secret: rt.secret, maxAge: SESSION_SECONDS });
}

/** The claims of a cookie's value, or null when it was not made with our secret or is too old. */
export async function decodeSession(rt: Pick<Runtime, 'secret'>, token: string): Promise<SessionClaims | null> {
  const payload = await decode({ token, secret: rt.secret }).catch(() => null);
  if (typeof payload?.sub !== 'string' || typeof payload.sid !== 'string') return null;
  return { sub: payload.sub, sid: payload.sid };
}
