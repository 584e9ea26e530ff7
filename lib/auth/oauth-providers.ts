import type { OAuthConfig } from 'next-auth/providers/oauth';
import type { Env } from '../env';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- next-auth's own list of providers is typed so
export type OAuthProvider = OAuthConfig<any>;

/** What both providers' profiles come down to. */
export interface OAuthUser {
  id: string;
  name: string | null;
  email: string | null;
  emailVerified: boolean;
}

type Profile = Record<string, unknown>;

interface GitHubEmail {
  email: string;
  primary: boolean;
  verified: boolean;
}

/** The OAuth providers that the environment names. */
export function oauthProviders(env: Env): OAuthProvider[] {
  const providers: OAuthProvider[] = [];
  if (env.GITHUB_ID && env.GITHUB_SECRET) providers.push(gitHub(env.GITHUB_ID, env.GITHUB_SECRET));
  if (env.GOOGLE_ID && env.GOOGLE_SECRET) providers.push(google(env.GOOGLE_ID, env.GOOGLE_SECRET));
  return providers;
}

/** GitHub. The address in its profile says nothing about being verified, so the list of addresses is asked. */
export function gitHub(clientId: string, clientSecret: string, web = 'https://github.com', api = 'https://api.github.com'): OAuthProvider {
  return {
    id: 'github',
    name: 'GitHub',
    type: 'oauth',
    clientId,
    clientSecret,
    checks: ['pkce', 'state'],
    issuer: `${web}/login/oauth`,
    authorization: { url: `${web}/login/oauth/authorize`, params: { scope: 'read:user user:email' } },
    token: `${web}/login/oauth/access_token`,
    userinfo: {
      url: `${api}/user`,
      request: async ({ tokens }) => {
        const ask = (path: string) => askGitHub(`${api}${path}`, tokens.access_token ?? '');
        const [user, emails] = await Promise.all([ask('/user'), ask('/user/emails')]);
        const verified = (emails as GitHubEmail[]).filter((entry) => entry.verified);
        const best = verified.find((entry) => entry.primary) ?? verified[0];
        return { ...(user as object), email: best?.email ?? null, email_verified: Boolean(best) } as never;
      },
    },
    profile: (profile: Profile) => userOf(profile.id, profile.name ?? profile.login, profile) as never,
  };
}

function google(clientId: string, clientSecret: string): OAuthProvider {
  return {
    id: 'google',
    name: 'Google',
    type: 'oauth',
    clientId,
    clientSecret,
    checks: ['pkce', 'state'],
    idToken: true,
    wellKnown: 'https://accounts.google.com/.well-known/openid-configuration',
    authorization: { params: { scope: 'openid email profile' } },
    profile: (profile: Profile) => userOf(profile.sub, profile.name, profile) as never,
  };
}

function userOf(id: unknown, name: unknown, profile: { email?: unknown; email_verified?: unknown }): OAuthUser {
  return {
    id: id === undefined || id === null ? '' : String(id),
    name: typeof name === 'string' ? name : null,
    email: typeof profile.email === 'string' ? profile.email : null,
    emailVerified: profile.email_verified === true,
  };
}

async function askGitHub(url: string, token: string): Promise<unknown> {
  const answer = await fetch(url, {
    headers: { Authorization: `Bearer ${token}`, Accept: 'application/vnd.github+json', 'User-Agent': 'motioness' },
    signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok) throw new Error(`GitHub answered ${answer.status} to ${new URL(url).pathname}`);
  return answer.json();
}
