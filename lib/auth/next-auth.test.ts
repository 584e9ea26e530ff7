import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { GET, POST } from '@/app/api/auth/[...nextauth]/route';
import { GET as me } from '@/app/api/user/me/route';
import { makeTestRuntime, type TestRuntime } from '@/test/support/test-runtime';
import { handleNextAuth } from './handle-next-auth';
import { gitHub } from './oauth-providers';
import { call, cookieOf, read, signUpUser } from '@/test/support/call';

let rt: TestRuntime;
let server: Server;
let hub: string;
/** What the stand-in for GitHub says about whoever signs in there. */
let account = { id: 1, name: 'Grace', login: 'grace', emails: [{ email: 'grace@example.com', primary: true, verified: true }] };

beforeAll(async () => {
  rt = await makeTestRuntime();
  server = createServer((req, res) => {
    const path = new URL(req.url!, 'http://x').pathname;
    const { emails, ...user } = account;
    const answers: Record<string, unknown> = {
      '/login/oauth/access_token': { access_token: 'token', token_type: 'bearer', scope: 'user' },
      '/user': { ...user, email: 'public@example.com' },
      '/user/emails': emails,
    };
    res.setHeader('Content-Type', 'application/json').end(JSON.stringify(answers[path] ?? null));
  }).listen(0, '127.0.0.1');
  await new Promise((ready) => server.once('listening', ready));
  hub = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await rt.close();
});
beforeEach(() => rt.clock.advance(61_000));

const csrf = async () => {
  const answer = await call(GET, { path: '/api/auth/csrf' });
  return { csrfToken: (await read(answer)).csrfToken as string, cookie: answer.headers.getSetCookie()[0]!.split(';')[0]! };
};
const form = (fields: Record<string, string>) => ({
  method: 'POST', raw: new URLSearchParams(fields).toString(), headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
});
const jar = (answer: Response) => answer.headers.getSetCookie().map((line) => line.split(';')[0]).join('; ');

/** Walks through the whole OAuth dance, as a browser with `cookie` would. */
async function signInAtHub(cookie = '') {
  const viaHub = (options: Parameters<typeof call>[1]) => call((req) => handleNextAuth(rt, req, [gitHub('id', 'secret', hub, hub)]), options);
  const token = await csrf();
  const start = await viaHub({ ...form({ csrfToken: token.csrfToken, callbackUrl: '/dashboard' }), path: '/api/auth/signin/github', cookie: token.cookie });
  const away = new URL(start.headers.get('Location')!);
  const state = away.searchParams.get('state');
  return viaHub({ path: `/api/auth/callback/github?code=abc&state=${state}`, cookie: [jar(start), cookie].join('; ') });
}

test('the credentials provider signs in with the same cookie and the same session rows', async () => {
  const { email, password, user } = await signUpUser();
  const token = await csrf();
  const answer = await call(POST, { ...form({ email, password, csrfToken: token.csrfToken, json: 'true' }), path: '/api/auth/callback/credentials', cookie: token.cookie });
  expect(answer.status).toBe(200);
  expect(await read(await call(me, { cookie: cookieOf(answer) }))).toMatchObject({ status: 200, id: user.id });
  expect(await rt.db.session.count({ where: { userId: user.id } })).toBe(2);
  const line = answer.headers.getSetCookie().find((value) => value.startsWith('next-auth.session-token='));
  expect(line).toMatch(/HttpOnly; SameSite=Lax$/);
});

test('a wrong password there is a 401 and counts like one at the JSON sign-in', async () => {
  const { email } = await signUpUser();
  const token = await csrf();
  const attempt = () => call(POST, { ...form({ email, password: 'wrong', csrfToken: token.csrfToken, json: 'true' }), path: '/api/auth/callback/credentials', cookie: token.cookie });
  for (let i = 0; i < 10; i++) expect(await read(await attempt())).toMatchObject({ status: 401, url: expect.stringContaining('CredentialsSignin') });
  expect(await read(await attempt())).toMatchObject({ status: 401, url: expect.stringContaining('rate_limited') });
});

test('next-auth\'s session endpoint knows the JSON sign-in\'s cookie, and signing out there deletes the row', async () => {
  const { cookie, user } = await signUpUser();
  const session = await call(GET, { path: '/api/auth/session', cookie });
  expect(await read(session)).toMatchObject({ status: 200, user: { id: user.id, email: user.email } });
  expect((await call(me, { cookie: cookieOf(session) })).status).toBe(200);
  const token = await csrf();
  await call(POST, { ...form({ csrfToken: token.csrfToken }), path: '/api/auth/signout', cookie: `${token.cookie}; ${cookie}` });
  expect(await rt.db.session.count({ where: { userId: user.id } })).toBe(0);
  expect((await call(me, { cookie })).status).toBe(401);
  const after = await call(GET, { path: '/api/auth/session', cookie });
  expect(await read(after)).toEqual({ status: 200 });
  expect(cookieOf(after), 'the dead cookie is cleared').toBe('next-auth.session-token=');
});

test('signing in at GitHub for the first time makes an account with a project, and the next time finds it', async () => {
  account = { ...account, id: 10, emails: [{ email: 'New@Example.com', primary: true, verified: true }] };
  const first = await signInAtHub();
  expect(first.status).toBe(302);
  expect(first.headers.get('Location')).toBe('http://localhost:3000/dashboard');
  const who = await read(await call(me, { cookie: cookieOf(first) }));
  expect(who).toMatchObject({ status: 200, email: 'new@example.com', name: 'Grace' });
  expect(await rt.db.project.count({ where: { ownerId: who.id } })).toBe(1);
  account = { ...account, emails: [{ email: 'moved@example.com', primary: true, verified: false }] };
  expect(await read(await call(me, { cookie: cookieOf(await signInAtHub()) }))).toMatchObject({ id: who.id, email: 'new@example.com' });
});

test('an unverified address there neither links nor makes an account', async () => {
  const { email, user } = await signUpUser();
  account = { ...account, id: 20, emails: [{ email, primary: true, verified: false }] };
  const before = await rt.db.user.count();
  const answer = await signInAtHub();
  expect(answer.headers.get('Location')).toContain('/signin?error=EmailNotVerified');
  expect(cookieOf(answer)).toBe('');
  expect(await rt.db.user.count()).toBe(before);
  expect(await rt.db.identity.count({ where: { userId: user.id } })).toBe(0);
});

test('a verified address links to the account that has it; an unproven password and its sessions go', async () => {
  const { email, user, cookie } = await signUpUser();
  account = { ...account, id: 30, emails: [{ email: 'other@example.com', primary: false, verified: true }, { email, primary: true, verified: true }] };
  const answer = await signInAtHub();
  expect(await read(await call(me, { cookie: cookieOf(answer) }))).toMatchObject({ status: 200, id: user.id });
  expect((await call(me, { cookie })).status, 'whoever set the password is out').toBe(401);
  expect((await rt.db.user.findUniqueOrThrow({ where: { id: user.id } })).passwordHash).toBeNull();
});

test('linking while signed in to that account keeps its password and session', async () => {
  const { email, user, cookie } = await signUpUser();
  account = { ...account, id: 40, emails: [{ email, primary: true, verified: true }] };
  expect((await signInAtHub(cookie)).status).toBe(302);
  expect((await call(me, { cookie })).status).toBe(200);
  expect((await rt.db.user.findUniqueOrThrow({ where: { id: user.id }, include: { identities: true } }))).toMatchObject({
    passwordHash: expect.any(String), identities: [{ provider: 'github', providerAccountId: '40' }],
  });
});

test('being signed in as someone else links nothing to that account', async () => {
  const { cookie, user } = await signUpUser();
  account = { ...account, id: 50, emails: [{ email: 'fifty@example.com', primary: true, verified: true }] };
  const answer = await signInAtHub(cookie);
  expect((await read(await call(me, { cookie: cookieOf(answer) }))).id).not.toBe(user.id);
  expect(await rt.db.identity.count({ where: { userId: user.id } })).toBe(0);
});

test('a callback with a state of another browser signs nobody in', async () => {
  const answer = await call((req) => handleNextAuth(rt, req, [gitHub('id', 'secret', hub, hub)]), { path: '/api/auth/callback/github?code=abc&state=stolen' });
  expect(answer.status).toBe(302);
  expect(cookieOf(answer)).toBe('');
});

test('nobody is sent to a foreign place after signing in', async () => {
  const { email, password } = await signUpUser();
  for (const callbackUrl of ['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)']) {
    const token = await csrf();
    const answer = await call(POST, { ...form({ email, password, csrfToken: token.csrfToken, callbackUrl }), path: '/api/auth/callback/credentials', cookie: token.cookie });
    expect(answer.headers.get('Location'), callbackUrl).toMatch(/^http:\/\/localhost:3000(\/|$)/);
  }
});

test('what next-auth should not serve is a 404, and a sign-in from elsewhere a 403', async () => {
  for (const path of ['_log', 'verify-request', '', 'signin/github/more', 'constructor']) {
    expect((await call(POST, { method: 'POST', path: `/api/auth/${path}` })).status, path).toBe(404);
  }
  expect((await call(GET, { path: '/api/auth/callback/credentials?email=a&password=b' })).status).toBe(405);
  expect((await call(POST, { method: 'POST', path: '/api/auth/signout', headers: { Origin: 'https://evil.example' } })).status).toBe(403);
});

test('providers lists the password and only the providers that are configured', async () => {
  const { status: _, ...before } = await read(await call(GET, { path: '/api/auth/providers' }));
  expect(Object.keys(before)).toEqual(['credentials']);
  Object.assign(rt.env, { GITHUB_ID: 'a', GITHUB_SECRET: 'b', GOOGLE_ID: 'c', GOOGLE_SECRET: 'd' });
  const { status: __, ...after } = await read(await call(GET, { path: '/api/auth/providers' }));
  expect(Object.keys(after)).toEqual(['credentials', 'github', 'google']);
  expect(after.github.callbackUrl).toBe('http://localhost:3000/api/auth/callback/github');
});
