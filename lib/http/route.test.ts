import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { makeTestRuntime, type TestRuntime } from '@/test/support/test-runtime';
import { call, read, signUpUser } from '@/test/support/call';
import { notFound } from './errors';
import { route } from './route';

let rt: TestRuntime;
let cookie: string;
beforeAll(async () => {
  rt = await makeTestRuntime();
  cookie = (await signUpUser()).cookie;
});
afterAll(() => rt.close());

const body = z.strictObject({
  size: z.int().optional(),
  colors: z.strictObject({ primary: z.string().max(3).optional() }).optional(),
  list: z.array(z.string().max(3)).optional(),
});
const echo = route({ auth: 'none', body, handle: async ({ body }) => ({ body }) });
const send = (raw: BodyInit, headers = {}) => call(echo, { method: 'POST', raw, headers });

test('guards answer in the order of the contract: origin, 401, 404, 400, 429', async () => {
  const asked: string[] = [];
  const guarded = route({
    auth: 'user',
    load: async ({ params }) => {
      if (params.id !== 'there') throw notFound();
      return 1;
    },
    body,
    rate: { name: 'order', perMinute: 1 },
    handle: async () => {
      asked.push('handled');
      return {};
    },
  });
  const everythingWrong = { method: 'POST', headers: { Origin: 'https://evil.example' }, params: { id: 'no' }, raw: '{' };
  expect((await call(guarded, everythingWrong)).status).toBe(403);
  const steps = [
    [{ headers: {} }, 401],
    [{ headers: {}, cookie }, 404],
    [{ headers: {}, cookie, params: { id: 'there' } }, 400],
    [{ headers: {}, cookie, params: { id: 'there' }, raw: '{}' }, 200],
    [{ headers: {}, cookie, params: { id: 'there' }, raw: '{}' }, 429],
    [{ headers: {}, cookie, params: { id: 'there' }, raw: '{' }, 400],
  ] as const;
  for (const [change, status] of steps) expect((await call(guarded, { ...everythingWrong, ...change })).status).toBe(status);
  expect(asked).toEqual(['handled']);
});

test('a limit holds under parallel calls and is each user\'s own', async () => {
  const limited = route({ auth: 'user', rate: { name: 'parallel', perMinute: 5 }, handle: async () => ({}) });
  const other = (await signUpUser()).cookie;
  const answers = await Promise.all(Array.from({ length: 20 }, () => call(limited, { cookie })));
  expect(answers.filter((a) => a.status === 200)).toHaveLength(5);
  expect((await call(limited, { cookie: other })).status).toBe(200);
  rt.clock.advance(59_500);
  const refused = await call(limited, { cookie });
  expect(refused.headers.get('Retry-After')).toBe('1');
  expect(await refused.json()).toMatchObject({ error: 'rate limited', retry_after_ms: 500 });
  rt.clock.advance(500);
  expect((await call(limited, { cookie })).status).toBe(200);
});

test.each([
  ['an unknown field', '{"sise":1}', { sise: ['unknown field'] }],
  ['a wrong type', '{"size":"1"}', { size: [expect.stringContaining('number')] }],
  ['an unknown field in a group', '{"colors":{"tertiary":1}}', { colors: ['tertiary: unknown field'] }],
  ['a wrong entry of a list', '{"list":["abc","abcd"]}', { list: [expect.stringMatching(/^1: /)] }],
  ['NUL in a text', '{"list":["a\\u0000"]}', { list: [expect.stringContaining('NUL')] }],
  ['half a surrogate pair', '{"colors":{"primary":"\\ud800"}}', { colors: [expect.stringContaining('broken')] }],
  ['a field called constructor', '{"constructor":1}', { constructor: ['unknown field'] }],
  ['a field called toString', '{"toString":{"valueOf":1}}', { toString: ['unknown field'] }],
  ['absurd nesting', `{"list":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, { list: [expect.stringContaining('deep')] }],
])('%s is a 400 that names the field', async (_, raw, fieldErrors) => {
  const error = await read(await send(raw));
  expect(error).toMatchObject({ status: 400, error: 'Validation failed', code: 'validation_failed' });
  expect(error.details).toEqual({ fieldErrors, formErrors: [] });
  expect(error.detail).toContain(Object.keys(fieldErrors)[0]);
});

test('__proto__ in a body is an unknown field and changes no prototype', async () => {
  const error = await read(await send('{"__proto__":{"admin":true}}'));
  expect(error.status).toBe(400);
  expect(error.detail).toBe('__proto__: unknown field');
  expect(({} as { admin?: boolean }).admin).toBeUndefined();
});

test.each(['{', '{"a":}', 'x', '{"size":1}}', "{'size':1}"])('broken JSON is a 400: %s', async (raw) => {
  expect(await read(await send(raw))).toMatchObject({ status: 400, details: { formErrors: ['the body is not valid JSON'] } });
});

test.each(['null', '[]', '"x"', '1', 'true'])('JSON that is no object is a 400: %s', async (raw) => {
  expect(await read(await send(raw))).toMatchObject({ status: 400, code: 'validation_failed' });
});

test('invalid UTF-8 is a 400, a byte order mark is none of our business', async () => {
  expect((await send(Buffer.from('{"list":["\xff"]}', 'latin1'))).status).toBe(400);
  expect((await send('\ufeff{}')).status).toBe(200);
});

test('an empty body is {}, whatever its type', async () => {
  for (const raw of ['', ' \n']) expect(await (await send(raw, { 'Content-Type': 'text/plain' })).json()).toEqual({ body: {} });
});

test('a body that is not called JSON is a 415', async () => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonx', 'x/application/json']) {
    expect((await send('{}', { 'Content-Type': type })).status, type).toBe(415);
  }
  for (const type of ['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/merge-patch+json']) {
    expect((await send('{}', { 'Content-Type': type })).status, type).toBe(200);
  }
});

test('64 KiB is the most: one byte more is a 413, announced or not, and the rest is not read', async () => {
  const fits = `{"size":1}${' '.repeat(64 * 1024 - 10)}`;
  expect((await send(fits)).status).toBe(200);
  expect((await send(`${fits} `)).status).toBe(413);
  let pulled = 0;
  const endless = new ReadableStream({ pull: (to) => to.enqueue(new Uint8Array(16 * 1024).fill(++pulled && 0x20)) });
  expect((await send(endless)).status).toBe(413);
  expect(pulled).toBeLessThan(8);
});

test('a body that breaks off is no server error', async () => {
  const broken = new ReadableStream({ pull: (to) => to.error(new Error('aborted')) });
  expect((await send(broken)).status).toBe(400);
});

test('a path with NUL is a 404 before any query', async () => {
  const load = vi.fn();
  const handler = route({ auth: 'none', load, handle: async () => ({}) });
  expect((await call(handler, { params: { id: 'a\0b' } })).status).toBe(404);
  expect(load).not.toHaveBeenCalled();
});

test('NUL in the query is a 400 that names the parameter', async () => {
  const handler = route({ auth: 'none', query: z.object({ cursor: z.string().optional() }), handle: async () => ({}) });
  const error = await read(await call(handler, { path: '/?cursor=a%00' }));
  expect(error).toMatchObject({ status: 400, details: { fieldErrors: { cursor: [expect.any(String)] } } });
});

const ours = 'http://localhost:3000';
test.each([
  ['a tool without either header', {}, 200],
  ['our page', { Origin: ours, 'Sec-Fetch-Site': 'same-origin' }, 200],
  ['our page, headers of an old browser', { Origin: ours }, 200],
  ['the address bar', { 'Sec-Fetch-Site': 'none' }, 200],
  ['our page under another host name of this server', { Origin: 'http://192.168.0.7:3000', Host: '192.168.0.7:3000' }, 200],
  ['our page behind a TLS proxy', { Origin: 'https://clips.example', Host: 'clips.example:443', 'Sec-Fetch-Site': 'same-origin' }, 200],
  ['a stranger', { Origin: 'https://evil.example' }, 403],
  ['a stranger that claims our site', { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'same-origin' }, 403],
  ['a sandboxed frame', { Origin: 'null' }, 403],
  ['another port of this host', { Origin: 'http://localhost:4000', Host: 'localhost:3000' }, 403],
  ['plain http of a host reached by https', { Origin: 'http://clips.example', Host: 'clips.example', 'Sec-Fetch-Site': 'cross-site' }, 403],
  ['a sibling subdomain', { 'Sec-Fetch-Site': 'same-site' }, 403],
  ['a link elsewhere', { 'Sec-Fetch-Site': 'cross-site' }, 403],
  ['a name that begins like ours', { Origin: 'http://localhost:3000.evil.example', Host: 'localhost:3000' }, 403],
])('a changing call from %s', async (_, headers, status) => {
  expect((await send('{}', headers)).status).toBe(status);
});

test('reading needs no origin', async () => {
  const handler = route({ auth: 'none', handle: async () => ({ ok: true }) });
  expect((await call(handler, { headers: { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' } })).status).toBe(200);
});

test('every answer carries a request id: the caller\'s when well formed, else req_ and eight hex', async () => {
  for (const raw of ['{}', '{']) {
    expect((await send(raw, { 'X-Request-Id': 'my-id_1' })).headers.get('X-Request-Id')).toBe('my-id_1');
    for (const bad of ['abc', 'a'.repeat(65), 'a b c d', 'ab;cd']) {
      expect((await send(raw, { 'X-Request-Id': bad })).headers.get('X-Request-Id')).toMatch(/^req_[0-9a-f]{8}$/);
    }
  }
  expect(await read(await send('{', { 'X-Request-Id': 'my-id_1' }))).toMatchObject({ request_id: 'my-id_1' });
});

test('an unknown error is opaque to the client and whole in the log', async () => {
  const logged = vi.spyOn(rt.log, 'error');
  const failing = route({ auth: 'none', handle: () => Promise.reject(new Error('password=hunter2')) });
  const answer = await call(failing, { headers: { 'X-Request-Id': 'abcd' } });
  expect(await read(answer)).toEqual({ status: 500, error: 'internal error', code: 'internal', request_id: 'abcd' });
  expect(logged).toHaveBeenCalledWith(expect.objectContaining({ err: expect.objectContaining({ message: 'password=hunter2' }), request_id: 'abcd' }), expect.any(String));
  logged.mockRestore();
});

test('errors on purpose are not logged as errors', async () => {
  const logged = vi.spyOn(rt.log, 'error');
  await send('{');
  expect(logged).not.toHaveBeenCalled();
  logged.mockRestore();
});

test('answers are kept by no cache', async () => {
  for (const raw of ['{}', '{']) expect((await send(raw)).headers.get('Cache-Control')).toBe('no-store');
});

test('HEAD has the headers of GET and lets go of the body', async () => {
  const cancel = vi.fn();
  const handler = route({ auth: 'none', handle: async () => new Response(new ReadableStream({ cancel }), { headers: { 'X-A': 'b' } }) });
  const answer = await call(handler, { method: 'HEAD' });
  expect(answer.body).toBeNull();
  expect(answer.headers.get('X-A')).toBe('b');
  expect(cancel).toHaveBeenCalled();
});

test('sealed answers get their request id too, and a plain object may have a member called headers', async () => {
  const away = route({ auth: 'none', handle: async () => Response.redirect('http://localhost:3000/', 302) });
  expect((await call(away)).headers.get('X-Request-Id')).toMatch(/^req_/);
  const plain = route({ auth: 'none', handle: async () => ({ headers: 1 }) });
  expect(await (await call(plain)).json()).toEqual({ headers: 1 });
});
