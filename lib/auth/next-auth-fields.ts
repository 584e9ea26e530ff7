// What reaches next-auth of a request: nothing malformed.
import { z } from 'zod';
import { ApiError } from '../http/errors';
import { check } from '../http/json-body';
import { readText } from '../http/read-text';
import type { Runtime } from '../runtime';
import type { OpenSession } from './open-session';
import { sessionCookie } from './session-cookie';

/** next-auth's own cookies; the session's only while its row is there. */
export function readCookies(rt: Runtime, req: Request, live: OpenSession | null) {
  const session = sessionCookie(rt).name;
  const cookies: Record<string, string> = {};
  let given = false;
  for (const pair of (req.headers.get('cookie') ?? '').split(';')) {
    const [name, ...rest] = pair.trim().split('=');
    if (!name || name in cookies || !/^(__Secure-|__Host-)?next-auth\.[\w.-]+$/.test(name)) continue;
    if (name === session) given = true;
    // It would join whatever starts with the session cookie's name into one token.
    if (name.startsWith(session) && (name !== session || !live)) continue;
    cookies[name] = decoded(rest.join('='));
  }
  return { given, cookies };
}

/** A place to return to that is not ours is as good as none; one that is no URL at all would be a 500. */
export function dropForeignCallbacks(own: string, target: Record<string, string>): void {
  for (const [name, value] of Object.entries(target)) {
    if (!/(^callbackUrl|next-auth\.callback-url)$/.test(name)) continue;
    const url = URL.canParse(value, own) ? new URL(value, own) : null;
    if (url?.origin === own) target[name] = url.href;
    else delete target[name];
  }
}

/** The fields of a form or of a JSON object. @throws ApiError 400, 413 */
export async function readFields(req: Request): Promise<Record<string, string>> {
  const text = await readText(req);
  if (!/^application\/json\b/i.test(req.headers.get('content-type') ?? '')) {
    return fieldsOf(Object.fromEntries(new URLSearchParams(text)));
  }
  try {
    return fieldsOf(JSON.parse(text || '{}'));
  } catch (error) {
    throw error instanceof SyntaxError ? new ApiError('bad_request', 'the body is not valid JSON') : error;
  }
}

/** The members that are strings: next-auth calls string methods on whatever it finds. @throws ApiError 400 */
export function fieldsOf(value: unknown): Record<string, string> {
  const members = Object.entries(check(z.record(z.string(), z.unknown()), value));
  return Object.fromEntries(members.filter((member): member is [string, string] => typeof member[1] === 'string'));
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
