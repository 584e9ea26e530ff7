import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GET as nextAuthGet, POST as nextAuthPost } from '@/app/api/auth/[...nextauth]/route';
import { PUT as billing } from '@/app/api/projects/[id]/billing/route';
import { GET as readBrand, PUT as brand } from '@/app/api/projects/[id]/brand/route';
import { GET as readKeys } from '@/app/api/projects/[id]/keys/route';
import { POST as rotateKey } from '@/app/api/projects/[id]/keys/rotate/route';
import { PUT as proxyConfig } from '@/app/api/projects/[id]/proxy-config/route';
import { GET as getProject, PATCH as rename } from '@/app/api/projects/[id]/route';
import { GET as list, POST as create } from '@/app/api/projects/route';
import { GET as me } from '@/app/api/user/me/route';
import { GET as session } from '@/app/api/user/session/route';
import { POST as signin } from '@/app/api/user/signin/route';
import { POST as signout } from '@/app/api/user/signout/route';
import { POST as signup } from '@/app/api/user/signup/route';
import { makeTestRuntime, type TestRuntime } from '@/test/support/test-runtime';
import { call, cookieOf, read, signUpUser } from '@/test/support/call';
import type { Handler } from './route';

// FC_SEED and FC_RUNS repeat or lengthen a run; a failure prints the seed and the smallest request.
const seed = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
const numRuns = Number(process.env.FC_RUNS ?? 150);

let rt: TestRuntime;
let account: Awaited<ReturnType<typeof signUpUser>>;
let ids: string[];
beforeAll(async () => {
  console.log(`fast-check seed ${seed}`);
  rt = await makeTestRuntime();
  account = await signUpUser();
  ids = (await rt.db.project.findMany()).map((project) => project.id);
});
afterAll(() => rt.close());

type Target = [name: string, handler: Handler, method: string, fields: string[]];
const brandFields = ['brandName', 'colors', 'fonts', 'logoUrl', 'contentInventory', 'messagingContext', 'designContext'];
const targets: Target[] = [
  ['signup', signup, 'POST', ['email', 'password', 'name']],
  ['signin', signin, 'POST', ['email', 'password']],
  ['signout', signout, 'POST', []],
  ['session', session, 'GET', []],
  ['me', me, 'GET', []],
  ['projects', list, 'GET', []],
  ['projects', create, 'POST', ['name']],
  ['project', getProject, 'GET', []],
  ['project', rename, 'PATCH', ['name']],
  ['proxy-config', proxyConfig, 'PUT', ['allowed_origins', 'enable_signing', 'default_motion', 'default_mode', 'default_dur_seconds', 'public_variants', 'mint_limit_per_minute']],
  ['keys', readKeys, 'GET', []],
  ['rotate', rotateKey, 'POST', ['which']],
  ['billing', billing, 'PUT', ['overage_enabled', 'overage_cap']],
  ['brand', brand, 'PUT', brandFields],
  ['brand', readBrand, 'GET', []],
];

const nasty = fc.constantFrom(
  '\0', '\ud800', 'a\u0000b', '', ' ', '__proto__', 'constructor', 'null', '-1', '1e999', 'https://acme.com', 'a@b.co', 'ẞİ@b.co', '💥'.repeat(90),
  '%00', '%ff', '../..', "'; DROP TABLE users; --", '#fff', 'x'.repeat(3000), 'loop', 'medium', 'any', 'longenough',
);
const text = fc.oneof(nasty, fc.string({ unit: 'binary' }), fc.string());
const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(2 ** 31, 2 ** 53, -0, 2, 4, 8, 30));
const value = fc.letrec((tie) => ({
  any: fc.oneof({ maxDepth: 4 }, text, number, fc.boolean(), fc.constant(null), fc.array(tie('any'), { maxLength: 5 }), fc.dictionary(text, tie('any'), { maxKeys: 4 })),
})).any;
const objectFor = (fields: string[]) =>
  fc.dictionary(fc.oneof({ arbitrary: fc.constantFrom('x', ...fields), weight: 4 }, { arbitrary: text, weight: 1 }), value, { maxKeys: 7 });
const header = fc.string({ unit: fc.constantFrom(...' !#%&*+,-./:;<=>?@[]^_|~abcAZ09"') , maxLength: 60 });

const request = fc.constantFrom(...targets).chain(([name, handler, method, fields]) =>
  fc.record({
    name: fc.constant(name),
    handler: fc.constant({ run: handler, toString: () => name }),
    method: fc.constant(method),
    raw: fc.oneof(
      { weight: 6, arbitrary: objectFor(fields).map((body) => JSON.stringify(body)) },
      { weight: 2, arbitrary: fc.json() },
      { weight: 1, arbitrary: text },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
    ),
    type: fc.oneof({ weight: 9, arbitrary: fc.constant('application/json') }, { weight: 1, arbitrary: header }),
    signedIn: fc.boolean(),
    cookie: fc.option(header),
    own: fc.boolean(),
    id: text,
    query: fc.oneof(text, fc.constantFrom('which=proxy', 'which=signing', 'which=x')),
    requestId: fc.option(header),
  }),
);

test('nothing a client sends makes a 5xx, and every answer says its request id', async () => {
  await fc.assert(
    fc.asyncProperty(request, async ({ handler, method, raw, type, signedIn, cookie, own, id, query, requestId }) => {
      rt.clock.advance(61_000); // never rate limited, so that everything is reached
      const live = signedIn ? await freshCookie() : '';
      const answer = await call(handler.run, {
        method,
        path: `/?${encodeURI(wellFormed(query))}`,
        params: { id: own ? ids[0]! : id },
        cookie: [cookie, live].filter(Boolean).join('; '),
        raw: method === 'GET' ? undefined : (raw as BodyInit),
        headers: { 'Content-Type': type, ...(requestId ? { 'X-Request-Id': requestId } : {}) },
      });
      expect(answer.status).toBeLessThan(500);
      expect(answer.headers.get('X-Request-Id')).toMatch(/^[\w-]{4,64}$/);
      const body = await read(answer);
      if (answer.status >= 400) expect(body).toMatchObject({ error: expect.any(String), code: expect.any(String) });
    }),
    { seed, numRuns, endOnFailure: false },
  );
}, 120_000);

const authPath = fc.tuple(
  fc.oneof(fc.constantFrom('providers', 'session', 'csrf', 'signin', 'signout', 'callback', 'error', '_log', 'verify-request'), fc.webSegment()),
  fc.option(fc.oneof(fc.constantFrom('credentials', 'github', 'nobody'), fc.webSegment())),
);

test('nothing sent to next-auth makes a 5xx either', async () => {
  rt.env.GITHUB_ID = rt.env.GITHUB_SECRET = 'set, so that the provider is there';
  const request = fc.record({
    path: authPath,
    post: fc.boolean(),
    form: fc.boolean(),
    csrf: fc.boolean(),
    fields: fc.dictionary(fc.oneof(fc.constantFrom('email', 'password', 'callbackUrl', 'csrfToken', 'json', 'state', 'code', 'error'), text), value, { maxKeys: 5 }),
    query: fc.dictionary(fc.constantFrom('callbackUrl', 'error', 'state', 'code', 'nextauth', 'x'), text, { maxKeys: 3 }),
    cookies: fc.dictionary(fc.constantFrom('next-auth.callback-url', 'next-auth.csrf-token', 'next-auth.state', 'next-auth.session-token', 'next-auth.session-token.0', 'a'), header, { maxKeys: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(request, async ({ path: [action, provider], post, form, csrf, fields, query, cookies }) => {
      rt.clock.advance(61_000);
      const token = csrf ? await csrfOf() : null;
      const body = { ...fields, ...(token ? { csrfToken: token.value } : {}) };
      const params = new URLSearchParams(Object.entries(query).map(([k, v]) => [k, wellFormed(v)]));
      const answer = await call(post ? nextAuthPost : nextAuthGet, {
        method: post ? 'POST' : 'GET',
        path: `/api/auth/${[action, ...(provider ? [provider] : [])].map(encodeURIComponent).join('/')}?${params}`,
        cookie: [...(token ? [token.cookie] : []), ...Object.entries(cookies).map(([k, v]) => `${k}=${v}`)].join('; '),
        raw: post ? (form ? new URLSearchParams(Object.entries(body).map(([k, v]) => [k, String(JSON.stringify(v))])).toString() : JSON.stringify(body)) : undefined,
        headers: { 'Content-Type': form ? 'application/x-www-form-urlencoded' : 'application/json' },
      });
      expect(answer.status, await answer.clone().text()).toBeLessThan(500);
      const to = answer.headers.get('Location');
      if (to) expect(to, 'no open redirect').toMatch(/^(\/|http:\/\/localhost:3000(\/|$)|https:\/\/github\.com\/login\/oauth\/)/);
    }),
    { seed, numRuns },
  );
}, 120_000);

const wellFormed = (value: string) => Buffer.from(value).toString();

async function freshCookie(): Promise<string> {
  return cookieOf(await call(signin, { method: 'POST', body: { email: account.email, password: account.password } }));
}

async function csrfOf() {
  const answer = await call(nextAuthGet, { path: '/api/auth/csrf' });
  return { value: (await read(answer)).csrfToken as string, cookie: answer.headers.getSetCookie()[0]!.split(';')[0]! };
}
