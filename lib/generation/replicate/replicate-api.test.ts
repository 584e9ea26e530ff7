import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { replicateApi, type ReplicateApi } from './replicate-api';

let server: Server;
let api: ReplicateApi;
let calls: string[] = [];
let respond: (res: ServerResponse) => void;

beforeAll(async () => {
  server = createServer((req, res) => {
    calls.push(`${req.method} ${req.url}`);
    req.resume().once('end', () => respond(res));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  api = replicateApi({ token: 'r8_secret', baseUrl, download: () => Promise.reject(new Error('not here')) });
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => void (calls = []));

const answer = (status: number, body: unknown = { detail: 'said' }, headers: Record<string, string> = {}) => (res: ServerResponse) =>
  void res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
const create = () => api.create({ model: 'a/b', input: {} });

describe('a call that makes a prediction', () => {
  it.each<[string, (res: ServerResponse) => void, object]>([
    ['its connection is reset', (res) => void res.socket!.destroy(), { kind: 'lost', status: 0 }],
    ['it is answered 502', answer(502), { kind: 'lost', status: 502 }],
    ['it is answered 429', answer(429, { detail: 'slow down' }, { 'retry-after': '7' }), { kind: 'busy', retryAfterMs: 7_000 }],
    ['it is answered 422', answer(422), { kind: 'refused', status: 422 }],
    ['it is answered 404', answer(404), { kind: 'missing' }],
    ['its answer breaks off', (res) => void (res.writeHead(201, { 'content-length': '100' }).write('{"id":'), setImmediate(() => res.destroy())), { kind: 'lost' }],
  ])('is made once when %s', async (_, behave, error) => {
    respond = behave;
    await expect(create()).rejects.toMatchObject(error);
    expect(calls).toEqual(['POST /v1/models/a/b/predictions']);
  });

  it('names what the service said, and never our token', async () => {
    respond = answer(401, { detail: 'You did not pass a valid authentication token' });
    const error = (await create().catch((e: unknown) => e)) as Error;
    expect(error.message).toBe('Replicate answered 401: You did not pass a valid authentication token');
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('r8_secret');
  });
});

describe('Retry-After', () => {
  it.each([
    ['a number of seconds', '3', 3_000],
    ['nothing', undefined, 1_000],
    ['nonsense', 'soon', 1_000],
    ['an hour, which is cut to a minute', '3600', 60_000],
  ])('may be %s', async (_, header, retryAfterMs) => {
    respond = answer(429, {}, header === undefined ? {} : { 'retry-after': header });
    await expect(create()).rejects.toMatchObject({ kind: 'busy', retryAfterMs });
  });
});

describe('the list', () => {
  it('is read page by page until it has enough, and never elsewhere', async () => {
    respond = (res) => {
      const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const second = calls.length > 1;
      answer(200, { results: [{ id: second ? 'two' : 'one' }], next: second ? 'http://127.0.0.2:1/steal' : `${base}/v1/predictions?cursor=2` })(res);
    };
    expect((await api.list(() => false, 9)).map(({ id }) => id)).toEqual(['one', 'two']);
    expect(calls).toEqual(['GET /v1/predictions', 'GET /v1/predictions?cursor=2']);
  });
});
