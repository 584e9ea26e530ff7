import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { s3Storage, type S3Storage } from './s3';
import { StorageError } from './storage';
import { begin, refusal, startOddStore } from './testing/odd-store';

// What a store does on bad days. The contract itself is proved on a real one (storage.test.ts).
let odd: Awaited<ReturnType<typeof startOddStore>>;
let store: S3Storage;
const body = randomBytes(1_000_000);
const keys = { accessKeyId: 'AKIDNOTFORLOGS', secretAccessKey: 'SECRETNOTFORLOGS' };
const limits = { connectMs: 500, silenceMs: 250, callMs: 4_000 };

beforeAll(async () => void (odd = await startOddStore()));
afterAll(() => odd.close());
beforeEach(() => void (store = s3Storage({ endpoint: odd.url, bucket: 'clips', region: 'auto', ...keys }, limits)));
afterEach(() => store.close());

const collect = async (stream: ReadableStream<Uint8Array>) => Buffer.from(await new Response(stream).arrayBuffer());
const put = (bytes: Uint8Array = body) => store.put('a/b.mp4', bytes, 'video/mp4');

describe('reading', () => {
  it('tries again when the store is busy, and gives up after three times', async () => {
    odd.will((req, res, nth) => (nth < 3 ? refusal(res, 503, 'SlowDown') : res.end(begin(req, res, body))));
    expect(body.equals(await store.readAll('a/b.mp4'))).toBe(true);
    expect(odd.asked).toHaveLength(3);
    odd.will((_, res) => refusal(res, 503, 'SlowDown'));
    await expect(store.readAll('a/b.mp4')).rejects.toThrow('the store failed (503 SlowDown)');
    expect(odd.asked).toHaveLength(3);
  });

  it('passes a range on as it is, and takes nothing else for it', async () => {
    odd.will((req, res) => res.end(begin(req, res, body)));
    expect(body.subarray(1000, 70_001).equals(await collect(await store.read('a/b.mp4', { start: 1000, end: 70_000 })))).toBe(true);
    expect([odd.asked[0]!.path, odd.asked[0]!.headers.range]).toEqual(['/clips/a/b.mp4?x-id=GetObject', 'bytes=1000-70000']);
    odd.will((_, res) => res.writeHead(200, { 'Content-Length': body.length }).end(body));
    await expect(store.read('a/b.mp4', { start: 1000, end: 70_000 })).rejects.toThrow('the store sent 1000000 bytes for bytes=1000-70000');
  });

  it('goes on where the body broke off, with the same object', async () => {
    odd.will((req, res, nth) => {
      const part = begin(req, res, body);
      if (nth > 2) res.end(part);
      else res.write(part.subarray(0, 300_000), () => res.destroy());
    });
    const got = await collect(await store.read('a/b.mp4', { start: 10, end: 900_000 }));
    expect(body.subarray(10, 900_001).equals(got)).toBe(true);
    const [first, ...rest] = odd.asked.map(({ headers }) => [headers.range, headers['if-match']]);
    expect(first).toEqual(['bytes=10-900000', undefined]);
    expect(rest).toHaveLength(2);
    for (const [range, etag] of rest) expect([range, etag]).toEqual([expect.stringMatching(/^bytes=[1-9]\d{2,}-900000$/), '"one"']);
  });

  it('does not go on for ever, and never passes a part off as the whole', async () => {
    odd.will((req, res, nth) => {
      const part = begin(req, res, body);
      res.flushHeaders();
      if (nth === 1) res.write(part.subarray(0, 1000));
      res.socket!.end();
    });
    await expect(store.readAll('a/b.mp4')).rejects.toThrow('the store broke off after 1000 of 1000000 bytes');
    expect(odd.asked.map(({ headers }) => headers.range)).toEqual([undefined, ...Array(3).fill('bytes=1000-999999')]);
  });

  it('goes on where the body stalls', async () => {
    odd.will((req, res, nth) => {
      const part = begin(req, res, body);
      if (nth === 1) res.write(part.subarray(0, 300_000));
      else res.end(part);
    });
    expect(body.equals(await store.readAll('a/b.mp4'))).toBe(true);
    expect(odd.asked).toHaveLength(2);
  });

  it('does not wait for a store that says nothing', async () => {
    odd.will(() => {});
    await expect(store.read('a/b.mp4')).rejects.toThrow('S3_ENDPOINT: the store does not answer');
    expect(odd.asked).toHaveLength(3);
    await expect.poll(odd.open).toBe(0);
  });

  it('does not wait for ever for a store that trickles', async () => {
    const timers = new Set<NodeJS.Timeout>();
    odd.will((req, res) => {
      const part = begin(req, res, body);
      let at = 0;
      const timer = setInterval(() => res.write(part.subarray(at, (at += 1))), 50);
      timers.add(timer);
      res.on('close', () => clearInterval(timer));
    });
    const impatient = s3Storage({ endpoint: odd.url, bucket: 'clips', region: 'auto', ...keys }, { ...limits, callMs: 400 });
    await expect(impatient.readAll('a/b.mp4')).rejects.toThrow(/broke off after \d+ of 1000000 bytes/);
    impatient.close();
    await expect.poll(odd.open).toBe(0);
  });

  it('holds no connection for a reader who pauses, and goes on when he does', async () => {
    const large = randomBytes(16 * 1024 * 1024);
    odd.will((req, res) => res.end(begin(req, res, large)));
    const reader = (await store.read('a/b.mp4')).getReader();
    const chunks = [(await reader.read()).value!];
    await expect.poll(odd.open, { timeout: 5_000 }).toBe(0);
    for (let part = await reader.read(); !part.done; part = await reader.read()) chunks.push(part.value);
    expect(large.equals(Buffer.concat(chunks))).toBe(true);
    expect(odd.asked.length).toBeGreaterThan(1);
  });

  it('leaves no connection open for readers who leave, whatever the store does', async () => {
    const large = randomBytes(4 * 1024 * 1024);
    // It is not the silence that closes them.
    const patient = s3Storage({ endpoint: odd.url, bucket: 'clips', region: 'auto', ...keys }, { ...limits, silenceMs: 60_000 });
    let begun = 0;
    odd.will((req, res) => {
      const part = begin(req, res, large);
      begun += 1;
      if (begun % 3 === 0) res.write(part.subarray(0, 100_000));
      else if (begun % 3 === 1) res.write(part.subarray(0, 100_000), () => res.destroy());
      else res.end(part);
    });
    await Promise.all(
      Array.from({ length: 30 }, async () => {
        const reader = (await patient.read('a/b.mp4')).getReader();
        await reader.read();
        const next = reader.read();
        await reader.cancel();
        expect((await next).value?.byteLength ?? 1).toBeGreaterThan(0);
      }),
    );
    await expect.poll(odd.open).toBe(0);
    patient.close();
  });

  it('uses a connection again when a body was read to its end', async () => {
    odd.will((req, res) => res.end(begin(req, res, body)));
    for (let i = 0; i < 10; i += 1) await collect(await store.read('a/b.mp4'));
    expect(odd.open()).toBe(1);
  });
});

describe('writing', () => {
  it('asks for a free name, with the type and the length', async () => {
    odd.will((_, res) => res.end());
    expect(await put()).toBe(true);
    expect(odd.asked[0]).toMatchObject({ method: 'PUT', path: '/clips/a/b.mp4?x-id=PutObject' });
    expect(odd.asked[0]!.headers).toMatchObject({ 'if-none-match': '*', 'content-type': 'video/mp4', 'content-length': '1000000' });
    expect(Object.keys(odd.asked[0]!.headers).filter((name) => /checksum|trailer|expect|transfer-encoding/.test(name))).toEqual([]);
  });

  it('knows its own object when the answer to a first try was lost', async () => {
    odd.will((req, res, nth) => {
      if (req.method === 'GET') res.end(begin(req, res, body));
      else if (nth === 1) res.destroy();
      else refusal(res, 412, 'PreconditionFailed');
    });
    expect(await put()).toBe(true);
    expect(odd.asked.map(({ method }) => method)).toEqual(['PUT', 'PUT', 'GET']);
    expect(await put(Buffer.from('other'))).toBe(false);
  });

  it('tries again after a tie, a few times', async () => {
    odd.will((_, res, nth) => (nth < 3 ? refusal(res, 409, 'ConditionalRequestConflict') : res.end()));
    expect(await put()).toBe(true);
    odd.will((_, res) => refusal(res, 409, 'ConditionalRequestConflict'));
    await expect(put()).rejects.toThrow('the store failed (409 ConditionalRequestConflict)');
    expect(odd.asked).toHaveLength(5);
  });

  it('looks before it writes where conditional writes are unknown', async () => {
    let there = false;
    odd.will((req, res) => {
      if (req.headers['if-none-match']) return refusal(res, 501, 'NotImplemented');
      if (req.method === 'HEAD') return res.writeHead(there ? 200 : 404, { 'Content-Length': body.length }).end();
      if (req.method === 'GET') return res.end(begin(req, res, body));
      there = true;
      res.end();
    });
    expect(await put()).toBe(true);
    expect(there).toBe(true);
    expect(await put()).toBe(true);
    expect(await put(Buffer.from('other'))).toBe(false);
  });

  it('ends a write that takes too long, and says so', async () => {
    odd.will(() => {});
    const impatient = s3Storage({ endpoint: odd.url, bucket: 'clips', region: 'auto', ...keys }, { ...limits, silenceMs: 5_000, callMs: 300 });
    await expect(impatient.put('a', body, 'video/mp4')).rejects.toThrow('the store did not finish within 0.3 s');
    impatient.close();
    await expect.poll(odd.open).toBe(0);
  });

  it('takes a 404 for a deleted object', async () => {
    odd.will((_, res) => refusal(res, 404, 'NoSuchKey'));
    await store.delete('a');
    expect(odd.asked).toHaveLength(1);
  });
});

describe('what it says', () => {
  it.each([
    [403, 'InvalidAccessKeyId', {}, 'S3_ACCESS_KEY_ID: the store does not know this key (it says 403 InvalidAccessKeyId)'],
    [403, 'SignatureDoesNotMatch', {}, 'S3_SECRET_ACCESS_KEY: does not belong to S3_ACCESS_KEY_ID (the store says 403 SignatureDoesNotMatch)'],
    [403, 'AccessDenied', {}, 'S3_ACCESS_KEY_ID: this key must be allowed to list, read, write and delete in the bucket clips (the store says 403 AccessDenied)'],
    [401, 'Unauthorized', {}, 'S3_ACCESS_KEY_ID: this key must be allowed to list, read, write and delete in the bucket clips (the store says 401 Unauthorized)'],
    [404, 'NoSuchBucket', {}, 'S3_BUCKET: there is no bucket clips (the store says 404 NoSuchBucket)'],
    [301, 'PermanentRedirect', { 'x-amz-bucket-region': 'eu-west-1' }, 'S3_REGION: must be the region of the bucket clips, eu-west-1 (the store says 301 PermanentRedirect)'],
    [307, 'TemporaryRedirect', {}, 'S3_REGION: must be the region of the bucket clips (the store says 307 TemporaryRedirect)'],
    [400, 'AuthorizationHeaderMalformed', {}, 'S3_REGION: must be the region of the bucket clips (the store says 400 AuthorizationHeaderMalformed)'],
    [403, 'RequestTimeTooSkewed', {}, "this machine's clock is too far from the store's (the store says 403 RequestTimeTooSkewed)"],
    [500, 'InternalError', {}, 'the store failed (500 InternalError)'],
  ])('of a %i %s which variable to change', async (status, code, headers, text) => {
    odd.will((_, res) => refusal(res, status, code, headers));
    await expect(store.check()).rejects.toMatchObject({ name: 'StorageError', message: text });
    await expect(store.read('a')).rejects.toMatchObject({ name: 'StorageError', message: text });
    await expect(put()).rejects.toMatchObject({ name: 'StorageError', message: text });
  });

  it('of another kind of server that it is none', async () => {
    odd.will((_, res) => res.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><p>hello<br>'));
    await expect(store.check()).rejects.toThrow('S3_ENDPOINT: what answers there is no S3 store (200)');
    odd.will((_, res) => res.writeHead(200, { 'Content-Type': 'text/html' }).end('<html><p>hello</p></html>'));
    await expect(store.check()).rejects.toThrow('S3_ENDPOINT: what answers there is no S3 store (200)');
  });

  it('of a place where nobody listens', async () => {
    const gone = await startOddStore();
    await gone.close();
    const nowhere = s3Storage({ endpoint: gone.url, bucket: 'clips', region: 'auto', ...keys }, limits);
    await expect(nowhere.check()).rejects.toThrow('S3_ENDPOINT: the store cannot be reached (ECONNREFUSED)');
    const unknown = s3Storage({ endpoint: 'http://store.invalid', bucket: 'clips', region: 'auto', ...keys }, limits);
    await expect(unknown.check()).rejects.toThrow(/S3_ENDPOINT: the store cannot be reached \((ENOTFOUND|EAI_AGAIN)\)/);
  });

  it('nothing of the keys, in the error or anything on it', async () => {
    const { inspect } = await import('node:util');
    const all = `<Error><Code>SignatureDoesNotMatch</Code><AWSAccessKeyId>${keys.accessKeyId}</AWSAccessKeyId><StringToSign>${keys.secretAccessKey}</StringToSign></Error>`;
    for (const answer of [all, 'no xml']) {
      odd.will((_, res) => res.writeHead(403, { 'Content-Type': 'application/xml' }).end(answer));
      const error = await store.check().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(StorageError);
      expect(inspect(error, { depth: 10, showHidden: true }) + JSON.stringify(error)).not.toMatch(/NOTFORLOGS/);
    }
  });
});
