import { afterAll, beforeAll, expect, test } from 'vitest';
import { GET as list, POST as create } from '@/app/api/projects/route';
import { GET as get, PATCH as rename } from '@/app/api/projects/[id]/route';
import { PUT as billing } from '@/app/api/projects/[id]/billing/route';
import { GET as readBrand, PUT as brand } from '@/app/api/projects/[id]/brand/route';
import { PUT as proxyConfig } from '@/app/api/projects/[id]/proxy-config/route';
import { call, read, signUpUser } from '@/test/support/call';
import type { Handler } from '@/lib/http/route';
import { makeTestRuntime, type TestRuntime } from '@/test/support/test-runtime';

let rt: TestRuntime;
let cookie: string;
let id: string;
beforeAll(async () => {
  rt = await makeTestRuntime();
  cookie = (await signUpUser()).cookie;
  id = (await projects())[0].id;
});
afterAll(() => rt.close());

const projects = async (as = cookie) => (await (await call(list, { cookie: as })).json()).projects;
const send = (handler: Handler, method: string, body: unknown, of = id, as = cookie) =>
  call(handler, { method, body, cookie: as, params: { id: of } });
const put = async (handler: Handler, body: unknown) => read(await send(handler, 'PUT', body));

test('a project has the fields of the contract, keys in snake_case, times in ms', async () => {
  expect(await projects()).toEqual([
    {
      id: expect.stringMatching(/^prj_/), name: 'My project', proxy_key: expect.stringMatching(/^pk_[0-9a-f]{24}$/),
      allowed_origins: [], enable_signing: false, default_motion: 'medium', default_mode: 'loop', default_dur_seconds: 4,
      public_variants: 'any', mint_limit_per_minute: 30, overage_enabled: false, overage_cap: null, created_at: rt.clock.now(),
    },
  ]);
});

test('making and renaming: 201, the key stays, oldest first', async () => {
  rt.clock.advance(1000);
  const answer = await call(create, { method: 'POST', body: { name: ' Shop ' }, cookie });
  expect(answer.status).toBe(201);
  const { project } = await answer.json();
  expect(project.name).toBe('Shop');
  const renamed = await (await send(rename, 'PATCH', { name: 'Store' }, project.id)).json();
  expect(renamed.project).toEqual({ ...project, name: 'Store' });
  expect((await projects()).map((p: { name: string }) => p.name)).toEqual(['My project', 'Store']);
  expect((await (await call(get, { cookie, params: { id: project.id } })).json()).project).toEqual(renamed.project);
  for (const name of ['', '  ', 'x'.repeat(81), 1, null]) {
    expect((await call(create, { method: 'POST', body: { name }, cookie })).status, String(name)).toBe(400);
    expect((await send(rename, 'PATCH', { name })).status, String(name)).toBe(400);
  }
});

test('someone else\'s project and none at all are the same 404, and nothing changes', async () => {
  const other = (await signUpUser()).cookie;
  const routes: Array<[Handler, string, unknown]> = [
    [get, 'GET', undefined], [rename, 'PATCH', { name: 'mine' }], [proxyConfig, 'PUT', { default_motion: 'kinetic' }],
    [billing, 'PUT', { overage_enabled: true }], [brand, 'PUT', { brandName: 'x' }], [readBrand, 'GET', undefined],
  ];
  const before = await projects();
  for (const [handler, method, body] of routes) {
    const bodies = [];
    for (const of of [id, 'prj_none', 'x'.repeat(100_000), '%00', "' OR 1=1", '__proto__']) {
      const answer = await send(handler, method, body, of, other);
      expect(answer.status).toBe(404);
      bodies.push({ ...(await answer.json()), request_id: 0 });
    }
    expect(new Set(bodies.map((b) => JSON.stringify(b))).size).toBe(1);
    expect((await call(handler, { method, body, params: { id } })).status, 'signed out').toBe(401);
  }
  expect(await projects()).toEqual(before);
  expect((await projects(other)).map((p: { id: string }) => p.id)).not.toContain(id);
});

test('proxy-config changes what is given and leaves the rest', async () => {
  const all = {
    allowed_origins: ['https://acme.com'], default_motion: 'kinetic', default_mode: 'animate-in',
    default_dur_seconds: 8, public_variants: 'defaults', mint_limit_per_minute: 0,
  };
  expect((await put(proxyConfig, all)).project).toMatchObject(all);
  expect((await put(proxyConfig, { default_dur_seconds: 2 })).project).toMatchObject({ ...all, default_dur_seconds: 2 });
  expect((await put(proxyConfig, {})).project).toMatchObject({ ...all, default_dur_seconds: 2 });
  const two = await Promise.all([put(proxyConfig, { default_motion: 'subtle' }), put(proxyConfig, { public_variants: 'any' })]);
  expect(two.map((a) => a.status)).toEqual([200, 200]);
  expect((await projects())[0]).toMatchObject({ default_motion: 'subtle', public_variants: 'any' });
});

test('a change that is bound to what was read is refused once the project says something else', async () => {
  const tag = async () => (await call(get, { cookie, params: { id } })).headers.get('etag')!;
  const change = (origin: string, ifMatch: string) =>
    call(proxyConfig, { method: 'PUT', body: { allowed_origins: [origin] }, cookie, params: { id }, headers: { 'If-Match': ifMatch } });
  const before = await tag();
  expect(await tag()).toBe(before);
  const atOnce = await Promise.all([change('https://one.example', before), change('https://two.example', before)]);
  expect(atOnce.map(({ status }) => status).sort()).toEqual([200, 412]);
  const [stays] = (await projects())[0].allowed_origins;
  expect(await read(await change('https://three.example', before))).toMatchObject({ status: 412, code: 'precondition_failed' });
  expect((await projects())[0].allowed_origins).toEqual([stays]);

  expect((await change('https://four.example', `W/${await tag()}`)).status, 'as a proxy that compresses passes it on').toBe(200);
  await send(rename, 'PATCH', { name: 'Other' });
  const renamed = await tag();
  await send(rename, 'PATCH', { name: 'My project' });
  expect((await change('https://five.example', renamed)).status).toBe(412);
  expect((await change('https://five.example', '*')).status).toBe(200);
});

test('origins are normalised and kept once', async () => {
  const given = ['https://ACME.com/', ' https://acme.com', 'http://localhost:8080', 'https://acme.com:443', 'https://bücher.example'];
  const { project } = await put(proxyConfig, { allowed_origins: given });
  expect(project.allowed_origins).toEqual(['https://acme.com', 'http://localhost:8080', 'https://xn--bcher-kva.example']);
});

test('each wrong origin is named with its place and what to write', async () => {
  const given = [
    'https://fine.example', 'acme.com', 'ftp://acme.com', 'https://acme.com/path', 'https://*.acme.com', 'https://u:p@acme.com',
    'https://', 'https://acme.com?x', 'javascript:alert(1)', 'https://a b.com', '*', '',
  ];
  const { status, details } = await put(proxyConfig, { allowed_origins: given });
  expect(status).toBe(400);
  const messages: string[] = details.fieldErrors.allowed_origins;
  expect(messages.map((m) => Number(m.split(':')[0]))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  expect(messages[0]).toBe('1: "acme.com" needs its scheme, for example https://acme.com');
  expect(messages[2]).toContain('without a path: https://acme.com');
});

test('fifty origins are the most', async () => {
  const origins = Array.from({ length: 51 }, (_, i) => `https://a${i}.example`);
  expect((await put(proxyConfig, { allowed_origins: origins })).status).toBe(400);
  expect((await put(proxyConfig, { allowed_origins: origins.slice(1) })).status).toBe(200);
});

test.each([
  ['default_motion', 'wild'], ['default_mode', 'once'], ['default_dur_seconds', 9], ['default_dur_seconds', 2.5], ['public_variants', 'none'],
  ['mint_limit_per_minute', -1], ['mint_limit_per_minute', 2 ** 31], ['allowed_origins', 'https://acme.com'], ['enable_everything', true],
])('a wrong %s is named', async (field, value) => {
  const answer = await put(proxyConfig, { [field]: value });
  expect(answer).toMatchObject({ status: 400, details: { fieldErrors: { [field]: [expect.any(String)] } } });
});

test('billing: switch and cap, each alone, null lifts the cap', async () => {
  expect((await put(billing, { overage_enabled: true, overage_cap: 20 })).project).toMatchObject({ overage_enabled: true, overage_cap: 20 });
  expect((await put(billing, { overage_enabled: false })).project).toMatchObject({ overage_enabled: false, overage_cap: 20 });
  expect((await put(billing, { overage_cap: null })).project).toMatchObject({ overage_enabled: false, overage_cap: null });
  for (const bad of [{ overage_cap: -1 }, { overage_cap: 2 ** 40 }, { overage_enabled: 'yes' }, { tier: 'team' }]) {
    expect((await put(billing, bad)).status).toBe(400);
  }
});

test('a brand is replaced whole, and its version counts changes only', async () => {
  const first = { brandName: 'Acme', colors: { primary: '#fF0066' }, messagingContext: { tone: 'warm' } };
  expect(await put(brand, first)).toEqual({ status: 200, brand: first, brand_version: 1 });
  const sameInOtherWords = { messagingContext: { tone: ' warm ' }, colors: { primary: '#fF0066', accent: '' }, brandName: 'Acme', fonts: { body: '' } };
  expect(await put(brand, sameInOtherWords)).toEqual({ status: 200, brand: first, brand_version: 1 });
  const second = { brandName: 'Acme', logoUrl: 'https://acme.com/l.svg', contentInventory: { tagline: 't', description: 'd' }, designContext: { vibe: 'calm', colorScheme: 'dark' } };
  expect(await put(brand, second)).toEqual({ status: 200, brand: second, brand_version: 2 });
  expect(await (await call(readBrand, { cookie, params: { id } })).json()).toEqual({ brand: second, brand_version: 2 });
  expect(await put(brand, {})).toEqual({ status: 200, brand: {}, brand_version: 3 });
});

test('ten different brands at once are ten versions', async () => {
  const before = (await put(brand, { brandName: 'start' })).brand_version;
  await Promise.all(Array.from({ length: 10 }, (_, i) => put(brand, { brandName: `b${i}` })));
  expect((await (await call(readBrand, { cookie, params: { id } })).json()).brand_version).toBe(before + 10);
});

test.each([
  ['brandName', { brandName: 'x'.repeat(121) }],
  ['colors', { colors: { primary: 'red; background: url(x)' } }],
  ['colors', { colors: { tertiary: '#fff' } }],
  ['logoUrl', { logoUrl: 'javascript:alert(1)' }],
  ['designContext', { designContext: { vibe: 1 } }],
  ['contentInventory', { contentInventory: { features: Array(21).fill({ title: 'x' }) } }],
  ['slogan', { slogan: 'x' }],
])('a wrong brand names %s and keeps the version', async (field, body) => {
  const before = await (await call(readBrand, { cookie, params: { id } })).json();
  expect(await put(brand, body)).toMatchObject({ status: 400, details: { fieldErrors: { [field]: [expect.any(String)] } } });
  expect(await (await call(readBrand, { cookie, params: { id } })).json()).toEqual(before);
});
