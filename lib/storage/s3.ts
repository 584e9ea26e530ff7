import { setTimeout as pause } from 'node:timers/promises';
import type { Readable } from 'node:stream';
import {
  DeleteObjectCommand, GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client,
} from '@aws-sdk/client-s3';
import { readOn, type Part } from './read-on';
import { noStore, statusOf, storeError } from './s3-errors';
import { checkKey, checkRange, ObjectMissing, type ObjectRange, StorageError, type Storage } from './storage';

export interface S3Settings {
  /** None for Amazon's own. */
  endpoint?: string;
  bucket: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}

// The SDK tells each user of Node 20 that next year's SDK will not run on it. Its version here is fixed.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

/** How long we wait; tests wait less. */
export interface S3Limits {
  connectMs: number;
  /** Without a byte in either direction. A viewer who pauses for longer loses the connection to the store, not the clip: see readOn. */
  silenceMs: number;
  /** For a whole call with its retries; up to the first byte of a read. Less than a stage of a generation has. */
  callMs: number;
}
const LIMITS: S3Limits = { connectMs: 5_000, silenceMs: 15_000, callMs: 50_000 };

/** Tries of one request, the first included; waits of 0.1 s and more between them, by the SDK's standard mode. */
const MAX_ATTEMPTS = 3;
/** Connections to the store; the SDK's 50 would be few, as each viewer of a long clip holds one. */
const MAX_SOCKETS = 512;
/** Tries of a write that the store calls a tie with another one (409). */
const TIES = 5;

export interface S3Storage extends Storage {
  /** Asks for a list of one object. @throws StorageError naming the variable to change */
  check(): Promise<void>;
  close(): void;
}

/** Objects in a bucket of Amazon S3, Cloudflare R2, Ceph or whatever else speaks S3 with conditional writes. */
export function s3Storage(settings: S3Settings, limits: S3Limits = LIMITS): S3Storage {
  const agent = { maxSockets: MAX_SOCKETS, keepAlive: true };
  const client = new S3Client({
    endpoint: settings.endpoint,
    // A name per bucket below the endpoint is Amazon's; elsewhere it may not resolve.
    forcePathStyle: settings.endpoint !== undefined,
    region: settings.region,
    credentials: { accessKeyId: settings.accessKeyId, secretAccessKey: settings.secretAccessKey },
    maxAttempts: MAX_ATTEMPTS,
    retryMode: 'standard',
    // Newer checksums come as trailers, which other stores refuse.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // It costs a round trip, a connection of its own, and 6 s with a server that does not know it.
    expectContinueHeader: false,
    requestHandler: { connectionTimeout: limits.connectMs, socketTimeout: limits.silenceMs, httpAgent: agent, httpsAgent: agent },
  });
  const Bucket = settings.bucket;

  /** @throws StorageError; ObjectMissing for a `key` that is not there */
  async function call<T>(send: (options: { abortSignal: AbortSignal }) => Promise<T>, key?: string, left?: AbortSignal): Promise<T> {
    const late = new AbortController();
    // Not AbortSignal.timeout: it would go on and cut the body of a read.
    const timer = setTimeout(() => late.abort(), limits.callMs);
    try {
      return await send({ abortSignal: left ? AbortSignal.any([left, late.signal]) : late.signal });
    } catch (error) {
      if (key !== undefined && statusOf(error) === 404 && (error as Error).name !== 'NoSuchBucket') throw new ObjectMissing(key);
      throw storeError(error, settings, late.signal.aborted ? limits.callMs : null);
    } finally {
      clearTimeout(timer);
    }
  }

  async function get(key: string, range?: ObjectRange, left?: AbortSignal, etag?: string): Promise<Part> {
    const Range = range && `bytes=${range.start}-${range.end}`;
    const answer = await call((options) => client.send(new GetObjectCommand({ Bucket, Key: key, Range, IfMatch: etag }), options), key, left);
    const body = answer.Body as Readable;
    // Between here and its reader it may be cut off; the reader sees that when it reads.
    body.on('error', () => {});
    const bytes = answer.ContentLength;
    if (bytes === undefined || (range && bytes !== range.end - range.start + 1)) {
      body.destroy();
      throw new StorageError(`the store sent ${bytes ?? 'an unknown number of'} bytes for ${Range ?? 'a whole object'}`);
    }
    return { body, bytes, etag: answer.ETag };
  }

  async function read(key: string, range?: ObjectRange, left = new AbortController()): Promise<ReadableStream<Uint8Array>> {
    checkKey(key);
    if (range) checkRange(range);
    const first = await get(key, range, left.signal);
    const start = range?.start ?? 0;
    const end = start + first.bytes - 1;
    return readOn(first, (sent) => get(key, { start: start + sent, end }, left.signal, first.etag), left);
  }

  async function readAll(key: string): Promise<Uint8Array> {
    const left = new AbortController();
    const timer = setTimeout(() => left.abort(), limits.callMs);
    try {
      const chunks: Uint8Array[] = [];
      for await (const chunk of (await read(key, undefined, left)) as unknown as AsyncIterable<Uint8Array>) chunks.push(chunk);
      return Buffer.concat(chunks);
    } finally {
      clearTimeout(timer);
    }
  }

  async function size(key: string): Promise<number | null> {
    checkKey(key);
    try {
      return (await call((options) => client.send(new HeadObjectCommand({ Bucket, Key: key }), options), key)).ContentLength ?? null;
    } catch (error) {
      if (error instanceof ObjectMissing) return null;
      throw error;
    }
  }

  /** @returns false when there is such an object */
  async function create(key: string, body: Uint8Array, contentType: string, condition: '*' | undefined): Promise<boolean> {
    // The SDK would take any other array for a stream of unknown length.
    const Body = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    const input = { Bucket, Key: key, Body, ContentType: contentType, IfNoneMatch: condition };
    return call(async (options) => {
      for (let tie = 1; ; tie += 1) {
        try {
          await client.send(new PutObjectCommand(input), options);
          return true;
        } catch (error) {
          if (statusOf(error) === 412) return false;
          if (statusOf(error) !== 409 || tie >= TIES) throw error;
          await pause(Math.random() * 100 * tie, undefined, { signal: options.abortSignal });
        }
      }
    });
  }

  return {
    async put(key, body, contentType) {
      checkKey(key);
      const created = await create(key, body, contentType, '*').catch(async (error: unknown) => {
        // A store without conditional writes: look, then write. A tie of two writers goes to the last.
        if (statusOf(error) !== 501) throw error;
        return (await size(key)) === null && (await create(key, body, contentType, undefined));
      });
      // There already: maybe by a try of ours whose answer was lost.
      return created || Buffer.compare(await readAll(key), body) === 0;
    },
    size,
    read: (key, range) => read(key, range),
    readAll,
    async delete(key) {
      checkKey(key);
      await call((options) => client.send(new DeleteObjectCommand({ Bucket, Key: key }), options), key).catch((error: unknown) => {
        if (!(error instanceof ObjectMissing)) throw error;
      });
    },
    async check() {
      // Unlike HEAD of the bucket it says what is wrong, and it asks for the very right without which a missing object is a 403.
      const list = await call((options) => client.send(new ListObjectsV2Command({ Bucket, MaxKeys: 1 }), options));
      if (list.Name === undefined) throw noStore(settings, list.$metadata.httpStatusCode ?? 200);
    },
    close: () => client.destroy(),
  };
}
