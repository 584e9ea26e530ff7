import * as nextAuth from 'next-auth/next';
import type { AuthOptions } from 'next-auth';
import { withHeader } from '../http/answer';
import { ApiError, notFound } from '../http/errors';
import { requireSameOrigin } from '../http/same-origin';
import type { Runtime } from '../runtime';
import { NextAuthAnswer } from './next-auth-answer';
import { dropForeignCallbacks, fieldsOf, readCookies, readFields } from './next-auth-fields';
import { nextAuthOptions } from './next-auth-options';
import { oauthProviders, type OAuthProvider } from './oauth-providers';
import { openSession } from './open-session';
import { sessionCookie, signedOutCookie } from './session-cookie';
import { slideSession } from './slide-session';

type Run = (req: object, res: NextAuthAnswer, options: AuthOptions) => Promise<unknown>;
// A CommonJS default export: the function itself to a bundler, one level deeper to Node.
const found = nextAuth.default as unknown as Run | { default: Run };
const run: Run = typeof found === 'function' ? found : found.default;

/** Its `_log` writes what strangers send into the log, and `verify-request` belongs to e-mail links: neither is served. */
const ACTIONS = new Set(['providers', 'session', 'csrf', 'signin', 'signout', 'callback', 'error']);

/**
 * Answers /api/auth/*. next-auth is driven through its plain `(req, res)` form, so that this works, and is tested,
 * outside Next, and so that nothing malformed reaches it: it meets only live sessions and fields that are strings.
 * @throws ApiError 400, 403, 404, 405, 413
 */
export async function handleNextAuth(rt: Runtime, req: Request, oauth: OAuthProvider[] = oauthProviders(rt.env)) {
  const url = new URL(req.url);
  const nextauth = url.pathname.split('/').slice(3);
  if (nextauth.length > 2 || !ACTIONS.has(nextauth[0] ?? '')) throw notFound();
  const [action, provider] = nextauth;
  // A password in a URL is no sign-in; next-auth would call the attempt its own error.
  const onlyPost = action === 'callback' && provider === 'credentials';
  if (req.method !== 'POST' && (req.method !== 'GET' || onlyPost)) throw new ApiError('method_not_allowed', 'method not allowed');
  if (req.method === 'POST') requireSameOrigin(rt, req);
  const live = await openSession(rt, req.headers.get('cookie'));
  if (live && action === 'session') await slideSession(rt, live); // next-auth sends the cookie anew itself
  const own = new URL(rt.env.PUBLIC_URL).origin;
  const { given, cookies } = readCookies(rt, req, live);
  process.env.NEXTAUTH_URL = own; // the only way it can be told
  const res = new NextAuthAnswer();
  const query = fieldsOf(Object.fromEntries(url.searchParams));
  const body = req.method === 'POST' ? await readFields(req) : undefined;
  for (const target of [query, body ?? {}, cookies]) dropForeignCallbacks(own, target);
  await run(
    { method: req.method, headers: Object.fromEntries(req.headers), cookies, body, query: { ...query, nextauth } },
    res,
    nextAuthOptions(rt, live, oauth),
  );
  const answer = res.toResponse();
  const renewed = answer.headers.getSetCookie().some((line) => line.startsWith(`${sessionCookie(rt).name}=`));
  return given && !live && !renewed ? withHeader(answer, 'Set-Cookie', signedOutCookie(rt)) : answer;
}
