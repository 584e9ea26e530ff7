import type { Runtime } from '../runtime';

/** How long a session lasts without being used. */
export const SESSION_SECONDS = 7 * 24 * 60 * 60;

/** A JWT with two ids takes about 300 characters; what is longer is not ours. */
const MAX_VALUE = 4096;

export interface CookieOptions {
  httpOnly?: boolean;
  sameSite?: boolean | 'lax' | 'strict' | 'none' | string;
  path?: string;
  secure?: boolean;
  maxAge?: number;
  expires?: Date;
  domain?: string;
}

/**
 * The session cookie's name and flags, for next-auth's options and the JSON sign-in alike. Behind https only the
 * `__Secure-` name counts, so that a page on plain http cannot plant a session.
 */
export function sessionCookie(rt: Pick<Runtime, 'env'>) {
  const secure = rt.env.PUBLIC_URL.startsWith('https:');
  return {
    name: `${secure ? '__Secure-' : ''}next-auth.session-token`,
    options: { httpOnly: true, sameSite: 'lax' as const, path: '/', secure },
  };
}

/** `Set-Cookie` that signs the browser in with `token`. */
export function signedInCookie(rt: Pick<Runtime, 'env'>, token: string): string {
  const { name, options } = sessionCookie(rt);
  return serializeCookie(name, token, { ...options, maxAge: SESSION_SECONDS });
}

/** `Set-Cookie` that removes the session cookie. */
export function signedOutCookie(rt: Pick<Runtime, 'env'>): string {
  const { name, options } = sessionCookie(rt);
  return serializeCookie(name, '', { ...options, maxAge: 0 });
}

/** The first cookie of that name in a `Cookie` header. */
export function readCookie(header: string | null, name: string): string | null {
  for (const pair of (header ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at < 0 || pair.slice(0, at).trim() !== name) continue;
    const value = pair.slice(at + 1).trim();
    return value.length > 0 && value.length <= MAX_VALUE ? value : null;
  }
  return null;
}

/** One `Set-Cookie` value. */
export function serializeCookie(name: string, value: string, options: CookieOptions = {}): string {
  const parts = [`${name}=${encodeURIComponent(value)}`];
  if (options.maxAge !== undefined) parts.push(`Max-Age=${Math.floor(options.maxAge)}`);
  if (options.domain) parts.push(`Domain=${options.domain}`);
  parts.push(`Path=${options.path ?? '/'}`);
  if (options.expires) parts.push(`Expires=${options.expires.toUTCString()}`);
  if (options.httpOnly) parts.push('HttpOnly');
  if (options.secure) parts.push('Secure');
  if (typeof options.sameSite === 'string') parts.push(`SameSite=${capital(options.sameSite)}`);
  return parts.join('; ');
}

const capital = (word: string) => word.slice(0, 1).toUpperCase() + word.slice(1);
