import type { Readable } from 'node:stream';
import { StorageError } from './storage';

/** Bytes on their way. */
export interface Part {
  body: Readable;
  bytes: number;
  etag?: string;
}

/** Requests in a row that bring not a single byte. */
const MAX_FRUITLESS = 3;

/**
 * A stream of exactly `first.bytes` bytes that goes on with a new request where one breaks off: cut, stalled, or closed
 * because the reader paused for long. Objects never change, so the parts fit. Reads only what is asked for.
 * @param open the rest, behind `sent` bytes
 * @param left is aborted by the reader's going away
 */
export function readOn(first: Part, open: (sent: number) => Promise<Part>, left: AbortController): ReadableStream<Uint8Array> {
  let part = first;
  let chunks = iterate(part);
  let sent = 0;
  let fruitless = 0;

  /** @returns null at the end */
  async function next(): Promise<Uint8Array | null> {
    for (;;) {
      try {
        const { value, done } = await chunks.next();
        if (!done) {
          fruitless = 0;
          return value;
        }
        if (sent === first.bytes) return null;
        throw new Error('the end came early');
      } catch {
        part.body.destroy();
        fruitless += 1;
        if (left.signal.aborted || fruitless > MAX_FRUITLESS) throw new StorageError(`the store broke off after ${sent} of ${first.bytes} bytes`);
        part = await open(sent);
        chunks = iterate(part);
      }
    }
  }

  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const chunk = await next();
      if (!chunk) return controller.close();
      sent += chunk.byteLength;
      controller.enqueue(chunk);
    },
    cancel() {
      left.abort();
      part.body.destroy();
    },
  });
}

const iterate = ({ body }: Part): AsyncIterator<Uint8Array> => body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
