import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Log } from '../log';
import { refuseUnreadable } from './refuse-unreadable';

const log = { error: vi.fn() };
const arrived: Array<() => void> = [];
const server = createServer((_, res) => {
  res.write('half an answer');
  arrived.push(() => res.end());
}).on('clientError', (error, socket) => refuseUnreadable(error, socket as Socket, log as unknown as Log));
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** @param then what is sent once an answer has begun */
const send = (text: string, then = ''): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => socket.write(text, 'latin1'));
    let answer = '';
    socket.on('data', (chunk) => {
      if (answer === '') socket.write(then);
      answer += String(chunk);
    });
    socket.on('error', reject).on('close', () => resolve(answer));
  });

it.each([
  ['a line that is no request', 'hello\r\n\r\n', 400, 'bad_request'],
  ['a raw non-ASCII target', 'GET /v1/k/\u00e9.mp4 HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'bad_request'],
  ['an unknown method', 'FOO / HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'bad_request'],
  ['header fields of 20 kB', `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'headers_too_large'],
])('answers %s as any other error', async (_, text, status, code) => {
  const [head, body] = (await send(text)).split('\r\n\r\n');
  expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(head).toMatch(/^X-Request-Id: req_[0-9a-f]{8}$/m);
  expect(head).toMatch(/^Access-Control-Allow-Origin: \*$/m);
  expect(JSON.parse(body!)).toMatchObject({ error: expect.any(String), code, request_id: /X-Request-Id: (\S+)/.exec(head!)![1] });
  expect(log.error).not.toHaveBeenCalled();
});

it('says nothing in the middle of another answer', async () => {
  const answer = await send('GET / HTTP/1.1\r\nHost: x\r\n\r\n', 'hello\r\n\r\n');
  expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
  for (const end of arrived.splice(0)) end();
});
