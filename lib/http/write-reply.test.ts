import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { HEARTBEAT_MS } from '../events/stream-events';
import { SILENCE_MS, writeReply } from './write-reply';

/** More than the kernel's buffers of both sides take. */
const BODY = Buffer.alloc(64 * 1024 * 1024, 7);
const server = createServer((_, res) => void answer(res));
let answered: Promise<ServerResponse>;
let answer: (res: ServerResponse) => Promise<void>;

beforeEach(async () => {
  answered = new Promise((resolve) => {
    answer = async (res) => {
      await writeReply(res, { status: 200, headers: {}, body: { first: BODY } });
      resolve(res);
    };
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

/** @param timeoutMs as server.mjs sets SILENCE_MS */
const get = (timeoutMs: number) => {
  server.timeout = timeoutMs;
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  return socket;
};

it('lets go of a client that never reads and never closes', async () => {
  const socket = get(200); // nobody listens, so nothing is read
  const res = await answered;
  expect(res.destroyed).toBe(true);
  expect(res.writableFinished).toBe(false);
  socket.destroy();
});

it('gives a client that reads slowly all of it', async () => {
  const socket = get(2_000);
  let bytes = 0;
  let rests = 0;
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.byteLength;
    // It rests half a second five times: longer than the limit in all, and never nearly as long at once.
    if (bytes < (rests + 1) * (BODY.byteLength / 6)) return;
    rests += 1;
    socket.pause();
    setTimeout(() => socket.resume(), 500);
  });
  await new Promise((resolve) => socket.on('close', resolve));
  expect(rests).toBeGreaterThanOrEqual(5);
  expect(bytes).toBeGreaterThan(BODY.byteLength);
});

it('is patient enough for an event stream', () => {
  expect(SILENCE_MS).toBeGreaterThan(2 * HEARTBEAT_MS);
});
