import type { ServerResponse } from 'node:http';
import type { Reply } from './reply';

/**
 * How long a connection may be without a byte either way, in ms: a peer that stopped reading, or has gone without a word,
 * would else be held for ever, for Node sets no such limit. (With bytes left to send Node waits for as long once more, to see
 * whether they got fewer.) As long as nginx's `send_timeout`, and longer than our answers
 * are silent: an event stream pings every 15 s, `wait_ms` ends after 10. Only a step that an Inngest server asks for may be.
 */
export const SILENCE_MS = 60_000;

/** Large enough to be few, small enough to stay in a core's cache on their way to the socket. */
const WRITE_BYTES = 64 * 1024;

/**
 * Writes an answer to a `node:http` response, no faster than its client reads.
 * @throws what reading the body throws; the response is then cut off, for its length was promised
 */
export async function writeReply(res: ServerResponse, { status, headers, body }: Reply): Promise<void> {
  if (body && !body.next) headers['Content-Length'] ??= String(body.first.byteLength);
  res.writeHead(status, headers);
  if (!body) return void res.end();
  if (!body.next && body.first.byteLength <= WRITE_BYTES) return void res.end(body.first);
  try {
    for (let part: Uint8Array | null = body.first; part; part = (await body.next?.()) ?? null) {
      for (let at = 0; at < part.byteLength; at += WRITE_BYTES) {
        if (!res.write(part.subarray(at, at + WRITE_BYTES))) await drained(res);
        if (res.destroyed) return;
      }
    }
    res.end();
  } catch (error) {
    res.destroy();
    throw error;
  }
}

/** Resolves when there is room again, or when the client has gone. */
function drained(res: ServerResponse): Promise<void> {
  if (res.destroyed || !res.writableNeedDrain) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      res.off('drain', done).off('close', done);
      resolve();
    };
    res.on('drain', done).on('close', done);
  });
}
