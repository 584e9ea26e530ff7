import type { AuthOptions } from 'next-auth';
import { isApiError } from '../http/errors';
import { check } from '../http/json-body';
import type { Runtime } from '../runtime';
import { signInSchema } from './account-schema';
import { checkPassword } from './check-password';
import type { OAuthProvider, OAuthUser } from './oauth-providers';
import type { OpenSession } from './open-session';
import { SESSION_SECONDS, sessionCookie } from './session-cookie';
import { signInWithProvider } from './sign-in-with-provider';
import { startSession } from './start-session';

/** Where next-auth sends people who must sign in; `?error=` says why. */
export const SIGN_IN_PAGE = '/signin';

/**
 * next-auth's options for one request: JWT cookies of our own name and flags whose token names a row of `sessions`.
 * `live` is the request's session, checked before.
 */
export function nextAuthOptions(rt: Runtime, live: OpenSession | null, oauth: OAuthProvider[]): AuthOptions {
  let userId: string | null = null;
  const own = new URL(rt.env.PUBLIC_URL).origin;
  return {
    secret: rt.secret,
    useSecureCookies: own.startsWith('https:'),
    cookies: { sessionToken: sessionCookie(rt) },
    session: { strategy: 'jwt', maxAge: SESSION_SECONDS },
    pages: { signIn: SIGN_IN_PAGE, error: SIGN_IN_PAGE },
    logger: {
      error: (code, metadata) => rt.log.error({ err: (metadata as { error?: unknown }).error ?? metadata, code }, 'next-auth'),
      warn: (code) => rt.log.debug({ code }, 'next-auth'),
      debug: () => {},
    },
    providers: [passwordProvider(rt), ...oauth],
    callbacks: {
      signIn: async ({ user, account }) => {
        if (!account || account.type === 'credentials') {
          userId = user.id;
          return true;
        }
        const { id, ...profile } = user as unknown as OAuthUser;
        try {
          userId = await signInWithProvider(rt, { provider: account.provider, providerAccountId: id, ...profile }, live?.user.id);
          return true;
        } catch (error) {
          if (isApiError(error)) return `${SIGN_IN_PAGE}?error=EmailNotVerified`;
          rt.log.error({ err: error }, 'sign-in with a provider failed');
          return `${SIGN_IN_PAGE}?error=Callback`;
        }
      },
      // `userId` is set when this very request signed someone in; otherwise the token stays as it is.
      jwt: async ({ token }) => (userId ? { sub: userId, sid: await startSession(rt, userId) } : token),
      session: async ({ session }) => {
        if (!live) return session;
        const { id, email, name } = live.user;
        return { user: { id, email, name }, expires: live.expiresAt.toISOString() };
      },
      redirect: async ({ url }) => (URL.canParse(url, own) && new URL(url, own).origin === own ? new URL(url, own).href : own),
    },
    events: {
      signOut: async ({ token }) => {
        if (typeof token?.sid === 'string') await rt.db.session.deleteMany({ where: { id: token.sid } });
      },
    },
  };
}

function passwordProvider(rt: Runtime): AuthOptions['providers'][number] {
  const authorize = async (given: Record<string, unknown> | undefined) => {
    try {
      return await checkPassword(rt, check(signInSchema, { email: given?.email, password: given?.password }));
    } catch (error) {
      if (!isApiError(error)) rt.log.error({ err: error }, 'sign-in failed');
      // The message ends in a URL: a word, never what a database said.
      if (isApiError(error) && error.status === 401) return null;
      throw new Error(isApiError(error) ? error.code : 'internal', { cause: error });
    }
  };
  const credentials = { email: { label: 'E-mail', type: 'email' }, password: { label: 'Password', type: 'password' } };
  // next-auth reads a user's own settings from `options`, which its type does not show.
  const settings = { credentials, authorize };
  return { id: 'credentials', name: 'E-mail', type: 'credentials', ...settings, options: settings } as AuthOptions['providers'][number];
}
