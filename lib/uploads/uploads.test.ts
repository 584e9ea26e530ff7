import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeTestRuntime, type TestRuntime } from '@/test/support/test-runtime';
import { signedInCookie } from '../auth/session-cookie';
import { signUp } from '../auth/sign-up';
import { serveUpload } from './serve-upload';
import { uploadRoute } from './upload-route';

let rt: TestRuntime;
let cookie: string;
let userId: string;
let png: Buffer<ArrayBuffer>;
const MB = 1024 * 1024;

beforeAll(async () => {
  rt = await makeTestRuntime();
  const signed = await signUp(rt, { email: 'a@b.example', password: 'correct horse', name: 'A' } as never);
  userId = signed.user.id;
  cookie = signedInCookie(rt, signed.token).split(';')[0]!;
  png = Buffer.from(await sharp({ create: { width: 300, height: 260, channels: 3, background: '#39c' } }).png().toBuffer());
});
afterAll(() => rt.close());

const params = { params: Promise.resolve({}) };
const url = 'http://localhost:3000/api/v1/upload';
const form = (file: Blob | string | null, name = 'file', filename = 'a.png') => {
  const data = new FormData();
  if (file instanceof Blob) data.set(name, file, filename);
  else if (file !== null) data.set(name, file);
  return data;
};
const post = (body: BodyInit | null, headers: Record<string, string> = {}) =>
  uploadRoute(new Request(url, { method: 'POST', body, headers: { cookie, ...headers }, duplex: 'half' } as RequestInit), params);
const json = async (answer: Response) => (await answer.json()) as Record<string, unknown>;

describe('POST /api/v1/upload', () => {
  it('keeps a picture under a fresh name and serves the very bytes', async () => {
    const answer = await post(form(new Blob([png]), 'file', '../../etc/passwd.svg'));
    expect(answer.status).toBe(200);
    const stored = (await answer.json()) as { url: string; key: string };
    expect(stored).toMatchObject({ width: 300, height: 260, url: `http://localhost:3000/${stored.key}`, key: expect.stringMatching(new RegExp(`^uploads/${userId}/[0-9a-z]{26}\\.png$`)) });
    expect(await rt.db.upload.findUnique({ where: { key: stored.key.slice('uploads/'.length) } })).toMatchObject({ userId, contentType: 'image/png', bytes: png.length, width: 300, height: 260 });
    const served = await serveUpload(new Request(stored.url));
    expect(Buffer.from(await served.arrayBuffer()).equals(png)).toBe(true);
    expect(Object.fromEntries(served.headers)).toMatchObject({
      'content-type': 'image/png', 'cache-control': 'public, max-age=31536000, immutable', 'x-content-type-options': 'nosniff', 'content-security-policy': "default-src 'none'; sandbox", 'content-length': String(png.length),
    });
    const again = (await (await post(form(new Blob([png])))).json()) as { key: string };
    expect(again.key).not.toBe(stored.key);
  });

  it('names the file by its content, whatever it is called', async () => {
    const webp = Buffer.from(await sharp(png).webp().toBuffer());
    expect((await json(await post(form(new Blob([webp], { type: 'image/svg+xml' }), 'file', 'x.html')))).key).toMatch(/\.webp$/);
  });

  it('needs a session, from our own origin', async () => {
    expect((await post(form(new Blob([png])), { cookie: '' })).status).toBe(401);
    expect((await post(form(new Blob([png])), { origin: 'https://evil.example' })).status).toBe(403);
    expect((await post(form(new Blob([png])), { origin: 'http://localhost:3000' })).status).toBe(200);
  });

  it.each<[string, () => BodyInit | null, Record<string, string>, number, string]>([
    ['no body', () => null, {}, 415, 'multipart'],
    ['JSON', () => '{}', { 'content-type': 'application/json' }, 415, 'multipart'],
    ['an empty form', () => form(null), {}, 400, 'file'],
    ['another field', () => form(new Blob([png]), 'image'), {}, 400, 'file'],
    ['a text field', () => form('hello'), {}, 400, 'file'],
    ['a broken body', () => 'nonsense', { 'content-type': 'multipart/form-data; boundary=x' }, 400, 'broken'],
    ['no boundary', () => 'nonsense', { 'content-type': 'multipart/form-data' }, 400, 'broken'],
    ['an empty file', () => form(new Blob([])), {}, 415, 'unsupported type: unknown'],
    ['svg that is called png', () => form(new Blob(['<svg xmlns="http://www.w3.org/2000/svg"/>'], { type: 'image/png' })), {}, 415, 'unsupported type: image/svg+xml'],
    ['a gif', () => form(new Blob(['GIF89a…………'])), {}, 415, 'unsupported type: image/gif'],
    ['a cut png', () => form(new Blob([png.subarray(0, png.length - 30)])), {}, 415, 'damaged'],
    ['more than 10 MB', () => form(new Blob([png, Buffer.alloc(10 * MB)])), {}, 413, 'file exceeds 10 MB limit'],
    ['a picture with a page behind it', () => form(new Blob([png, '<script>alert(1)</script>'])), {}, 415, 'behind'],
  ])('refuses %s', async (_name, body, headers, status, text) => {
    const rows = await rt.db.upload.count();
    const answer = await post(body(), headers);
    expect(answer.status).toBe(status);
    expect(JSON.stringify(await answer.json())).toContain(text);
    expect(await rt.db.upload.count()).toBe(rows);
  });

  it('refuses a small picture', async () => {
    const small = Buffer.from(await sharp(png).resize(255, 300).png().toBuffer());
    const answer = await post(form(new Blob([small])));
    expect([answer.status, (await json(answer)).code]).toEqual([400, 'source_too_small']);
  });

  it('stops reading an endless body, and believes no false length', async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({ pull: (controller) => { sent += MB; controller.enqueue(new Uint8Array(MB)); } });
    const answer = await post(endless, { 'content-type': 'multipart/form-data; boundary=x', 'content-length': '10' });
    expect([answer.status, (await json(answer)).error]).toEqual([413, 'file exceeds 10 MB limit']);
    expect(sent).toBeLessThan(15 * MB);
  });

  it('logs nothing of an upload that its client breaks off', async () => {
    const loud = vi.spyOn(rt.log, 'error');
    const body = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(1000)), pull: (controller) => controller.error(new Error('aborted')) });
    const answer = await post(body, { 'content-type': 'multipart/form-data; boundary=x' });
    expect([answer.status, await json(answer)]).toEqual([400, expect.objectContaining({ code: 'bad_request' })]);
    expect(loud).not.toHaveBeenCalled();
    loud.mockRestore();
  });

  it('refuses by the declared length before reading', async () => {
    let pulled = 0;
    const body = new ReadableStream({ pull: () => void pulled++ }, { highWaterMark: 0 });
    expect((await post(body, { 'content-type': 'multipart/form-data; boundary=x', 'content-length': String(11 * MB) })).status).toBe(413);
    expect(pulled).toBe(0);
  });

  it('leaves no object behind when its row can’t be written', async () => {
    const { put, delete: remove } = rt.storage;
    const left = new Set<string>();
    rt.storage.put = async (key, bytes, type) => (left.add(key), put(key, bytes, type));
    rt.storage.delete = async (key) => (left.delete(key), remove(key));
    const { storeUpload } = await import('./store-upload');
    await expect(storeUpload(rt, 'usr_gone', { name: 'x.png', bytes: png })).rejects.toThrow();
    Object.assign(rt.storage, { put, delete: remove });
    expect([...left]).toEqual([]);
  });
});

describe('GET /uploads', () => {
  it.each(['/uploads/', '/uploads/usr_x', '/uploads/usr_x/none.png', '/uploads/usr_x/%2e%2e%2fsecret.png', '/uploads/../data/x.png', '/uploads/usr_x/a/b.png', '/uploads/usr_x/a.svg', '/uploads/usr_x/a.png.part', '/uploads/%00/a.png'])(
    '%s is a 404',
    async (path) => {
      const answer = await serveUpload(new Request(`http://localhost:3000${path}`));
      expect([answer.status, (await json(answer)).error, answer.headers.get('cache-control')]).toEqual([404, 'not found', 'no-store']);
    },
  );

  it('answers HEAD, validators and ranges', async () => {
    const { url: at } = (await (await post(form(new Blob([png])))).json()) as { url: string };
    const head = await serveUpload(new Request(at, { method: 'HEAD' }));
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, String(png.length), '']);
    expect((await serveUpload(new Request(at, { headers: { 'if-none-match': head.headers.get('etag')! } }))).status).toBe(304);
    expect((await serveUpload(new Request(at, { headers: { range: 'bytes=0-3' } }))).status).toBe(206);
  });
});
