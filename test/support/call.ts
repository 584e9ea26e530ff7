// For tests of anything behind a session: calls real route handlers the way a client would.
import type { Handler } from '@/lib/http/route';
import { runtime } from '@/lib/runtime';
import type { SignUp } from '@/lib/auth/account-schema';
import { sessionCookie } from '@/lib/auth/session-cookie';
import { encodeSession } from '@/lib/auth/session-token';
import { signUp } from '@/lib/auth/sign-up';
import { startSession } from '@/lib/auth/start-session';

let accounts = 0;

interface CallOptions {
  method?: string;
  path?: string;
  params?: Record<string, string>;
  cookie?: string;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, in place of `body`. */
  raw?: BodyInit;
  headers?: Record<string, string>;
}

/** Calls a route handler with a Request of its own. */
export function call(handler: Handler, options: CallOptions = {}): Promise<Response> {
  const { method = 'GET', path = '/', params = {}, cookie, body, raw, headers = {} } = options;
  const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const req = new Request(`http://localhost:3000${path}`, {
    method,
    headers: { ...(sent === undefined ? {} : { 'Content-Type': 'application/json' }), ...(cookie ? { Cookie: cookie } : {}), ...headers },
    body: sent,
    ...(sent instanceof ReadableStream ? { duplex: 'half' } : {}),
  } as RequestInit);
  return handler(req, { params: Promise.resolve(params) });
}

/** Status and members of a JSON answer. */
export async function read(answer: Response): Promise<{ status: number; [member: string]: any }> {
  return { status: answer.status, ...((await answer.json()) as object) };
}

/** What a browser would send back: `name=value` of the answer's session cookie. */
export function cookieOf(answer: Response): string {
  const line = answer.headers.getSetCookie().find((value) => value.includes('session-token='));
  return line?.split(';')[0] ?? '';
}

/** The cookie of a new session of a user who is there already. */
export async function cookieFor(userId: string): Promise<string> {
  const rt = runtime();
  return `${sessionCookie(rt).name}=${await encodeSession(rt, { sub: userId, sid: await startSession(rt, userId) })}`;
}

/** A fresh account of the current runtime, and the cookie its browser holds. */
export async function signUpUser(fields: Partial<SignUp> = {}) {
  const rt = runtime();
  const given = { email: `user${++accounts}@example.com`, password: 'correct horse', name: 'Ada', ...fields };
  const { user, token } = await signUp(rt, given);
  return { user, cookie: `${sessionCookie(rt).name}=${token}`, ...given };
}
