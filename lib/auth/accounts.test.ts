import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { GET as me } from '@/app/api/user/me/route';
import { GET as session } from '@/app/api/user/session/route';
import { POST as signin } from '@/app/api/user/signin/route';
import { POST as signout } from '@/app/api/user/signout/route';
import { POST as signup } from '@/app/api/user/signup/route';
import { makeTestRuntime, type TestRuntime } from '@/test/support/test-runtime';
import { call, cookieOf, signUpUser } from '@/test/support/call';

const DAY = 24 * 60 * 60 * 1000;
let rt: TestRuntime;
beforeAll(async () => void (rt = await makeTestRuntime()));
afterAll(() => rt.close());
beforeEach(() => rt.clock.set(Date.UTC(2026, 9, 14, 12)));

const post = (handler: typeof signin, body: unknown, cookie?: string) => call(handler, { method: 'POST', body, cookie });
const sessionOf = async (cookie: string) => ((await (await call(session, { cookie })).json()) as { user: unknown }).user;

test('signing up answers 201, signs in, and makes a first project with a key', async () => {
  const answer = await post(signup, { email: ' Ada@Example.com ', password: 'longenough', name: 'Ada' });
  expect(answer.status).toBe(201);
  const { user } = await answer.json();
  expect(user).toEqual({ id: expect.stringMatching(/^usr_/), email: 'ada@example.com', name: 'Ada' });
  expect(await sessionOf(cookieOf(answer))).toEqual(user);
  const projects = await rt.db.project.findMany({ where: { ownerId: user.id } });
  expect(projects).toMatchObject([{ name: 'My project', proxyKey: expect.stringMatching(/^pk_[0-9a-f]{24}$/) }]);
});

test('a password is stored as argon2id with OWASP costs and nowhere else', async () => {
  const { user, password } = await signUpUser();
  const row = await rt.db.user.findUniqueOrThrow({ where: { id: user.id } });
  expect(row.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(JSON.stringify(row)).not.toContain(password);
});

test('a taken e-mail is a 409 in any case of letters, and makes nothing', async () => {
  const { email } = await signUpUser();
  const before = await rt.db.project.count();
  const answer = await post(signup, { email: email.toUpperCase(), password: 'longenough', name: 'B' });
  expect(answer.status).toBe(409);
  expect(await answer.json()).toMatchObject({ code: 'email_taken' });
  expect(answer.headers.getSetCookie()).toEqual([]);
  expect(await rt.db.project.count()).toBe(before);
});

test('of ten sign-ups at once with one e-mail exactly one wins', async () => {
  const body = { email: 'race@example.com', password: 'longenough', name: 'R' };
  const answers = await Promise.all(Array.from({ length: 10 }, () => post(signup, body)));
  expect(answers.map((a) => a.status).sort()).toEqual([201, ...Array<number>(9).fill(409)]);
});

test.each([
  ['email', { email: 'nope', password: 'longenough', name: 'A' }],
  ['email', { email: `${'a'.repeat(250)}@example.com`, password: 'longenough', name: 'A' }],
  ['password', { email: 'a@b.co', password: 'short', name: 'A' }],
  ['password', { email: 'a@b.co', password: 'x'.repeat(129), name: 'A' }],
  ['name', { email: 'a@b.co', password: 'longenough' }],
  ['plan', { email: 'a@b.co', password: 'longenough', name: 'A', plan: 'team' }],
])('signing up names the wrong field: %s', async (field, body) => {
  const answer = await post(signup, body);
  expect(answer.status).toBe(400);
  const error = await answer.json();
  expect(error).toMatchObject({ error: 'Validation failed', code: 'validation_failed' });
  expect(Object.keys(error.details.fieldErrors)).toEqual([field]);
});

test('the cookie is HttpOnly, Lax and lasts seven days; Secure and __Secure- only behind https', async () => {
  const { email, password } = await signUpUser();
  const line = (await post(signin, { email, password })).headers.getSetCookie()[0];
  expect(line).toMatch(/^next-auth\.session-token=[\w.-]+; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/);
  rt.env.PUBLIC_URL = 'https://clips.example';
  try {
    const answer = await post(signin, { email, password });
    expect(answer.headers.getSetCookie()[0]).toMatch(/^__Secure-next-auth\.session-token=.*; HttpOnly; Secure; SameSite=Lax$/);
    expect(await sessionOf(cookieOf(answer))).not.toBeNull();
    expect(await sessionOf(cookieOf(answer).replace('__Secure-', '')), 'the plain name does not count behind https').toBeNull();
  } finally {
    rt.env.PUBLIC_URL = 'http://localhost:3000';
  }
});

test('a wrong password, an unknown e-mail and an account without a password give the same 401', async () => {
  const { email, user } = await signUpUser();
  const other = await signUpUser();
  await rt.db.user.update({ where: { id: other.user.id }, data: { passwordHash: null } });
  const answers = await Promise.all([
    post(signin, { email, password: 'wrong password' }),
    post(signin, { email: 'nobody@example.com', password: 'wrong password' }),
    post(signin, { email: other.email, password: other.password }),
    post(signin, { email, password: 'x' }),
  ]);
  for (const answer of answers) {
    expect(answer.status).toBe(401);
    const { request_id: _, ...body } = await answer.json();
    expect(body).toEqual({ error: 'wrong email or password', code: 'unauthorized' });
    expect(answer.headers.getSetCookie()).toEqual([]);
  }
  expect(await rt.db.session.count({ where: { userId: user.id } }), 'only the one of signing up').toBe(1);
});

test('signing out deletes the row, so that a kept copy of the cookie is worthless', async () => {
  const { cookie, user } = await signUpUser();
  const answer = await call(signout, { method: 'POST', cookie });
  expect(answer.status).toBe(200);
  expect(answer.headers.getSetCookie()[0]).toMatch(/^next-auth\.session-token=; Max-Age=0;/);
  expect(await sessionOf(cookie)).toBeNull();
  expect((await call(me, { cookie })).status).toBe(401);
  expect(await rt.db.session.count({ where: { userId: user.id } })).toBe(0);
  expect((await call(signout, { method: 'POST', cookie })).status).toBe(200);
});

test('a session ends seven days after its last use, and using it prolongs it once a day with a new cookie', async () => {
  const { cookie } = await signUpUser();
  expect((await call(me, { cookie })).headers.getSetCookie()).toEqual([]);
  rt.clock.advance(6 * DAY);
  const answer = await call(me, { cookie });
  expect(cookieOf(answer)).toMatch(/^next-auth\.session-token=/);
  expect((await call(me, { cookie: cookieOf(answer) })).headers.getSetCookie()).toEqual([]);
  rt.clock.advance(6 * DAY);
  expect(await sessionOf(cookieOf(answer))).not.toBeNull();
  rt.clock.advance(7 * DAY);
  expect(await sessionOf(cookieOf(answer))).toBeNull();
});

test('a session ends 90 days after signing in, however busy', async () => {
  const { cookie } = await signUpUser();
  for (let day = 0; day < 90; day += 5) {
    expect(await sessionOf(cookie)).not.toBeNull();
    rt.clock.advance(5 * DAY);
  }
  expect(await sessionOf(cookie)).toBeNull();
});

test('a forged, cut, foreign or huge cookie is nobody', async () => {
  const { cookie } = await signUpUser();
  const value = cookie.split('=')[1]!;
  const flipped = value.slice(0, -8) + (value.at(-8) === 'A' ? 'B' : 'A') + value.slice(-7);
  for (const bad of ['', 'x', value.slice(0, -1), flipped, 'a'.repeat(5000), `${value}.x`, '%00', '{}', 'null']) {
    expect(await sessionOf(`next-auth.session-token=${bad}`), bad).toBeNull();
  }
  expect(await sessionOf(`a=b; ;x;next-auth.session-token=${value}; c=d`)).not.toBeNull();
});

test('a token for another user with a known session id is nobody', async () => {
  const { encodeSession } = await import('./session-token');
  const [a, b] = [await signUpUser(), await signUpUser()];
  const row = await rt.db.session.findFirstOrThrow({ where: { userId: a.user.id } });
  const token = await encodeSession(rt, { sub: b.user.id, sid: row.id });
  expect(await sessionOf(`next-auth.session-token=${token}`)).toBeNull();
});

test('me tells the account, the plan and this month', async () => {
  const { cookie, user } = await signUpUser();
  await rt.db.monthlyUsage.create({ data: { userId: user.id, month: '2026-10', used: 2, charged: 2 } });
  expect(await (await call(me, { cookie })).json()).toEqual({
    id: user.id, email: user.email, name: 'Ada', plan: 'free', aiGenerationsUsed: 2,
    aiGenerationsResetAt: Date.UTC(2026, 10, 1), compositionCount: 0, themeCount: 0, createdAt: rt.clock.now(),
    quota: { used: 2, limit: 5, overage: 0, resets_at: Date.UTC(2026, 10, 1) },
  });
});

test('the eleventh wrong password of a minute is a 429, also in parallel; a minute later there are ten again', async () => {
  const { email, password } = await signUpUser();
  const answers = await Promise.all(Array.from({ length: 15 }, () => post(signin, { email, password: 'wrong password' })));
  expect(answers.map((a) => a.status).sort()).toEqual([...Array<number>(10).fill(401), ...Array<number>(5).fill(429)]);
  const refused = await post(signin, { email: email.toUpperCase(), password });
  expect(refused.status).toBe(429);
  expect(refused.headers.get('Retry-After')).toBe('60');
  expect(await refused.json()).toMatchObject({ error: 'rate limited', code: 'rate_limited', retry_after_ms: 60_000 });
  rt.clock.advance(60_000);
  expect((await post(signin, { email, password })).status).toBe(200);
});

test('right passwords do not use attempts up', async () => {
  const { email, password } = await signUpUser();
  for (let i = 0; i < 12; i++) expect((await post(signin, { email, password })).status).toBe(200);
});
