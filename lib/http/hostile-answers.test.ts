import { once } from 'node:events';
import type { Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeSafeFetch, type SafeFetchOptions } from './safe-fetch';
import { type RawServer, startRawServer, type Talk, writeForever } from './testing/raw-server';

// The server is on loopback, so this guard lets loopback through; everything else of it is as in production.
const fetchIt = makeSafeFetch({ allowPrivate: true });
const MB = 1024 * 1024;
const bounds: SafeFetchOptions = { maxBytes: 10 * MB, timeoutMs: 10_000 };
const hurried: SafeFetchOptions = { ...bounds, timeoutMs: 400 };

let server: RawServer;
beforeAll(async () => void (server = await startRawServer()));
afterAll(() => server.close());
beforeEach(() => void (server.requests.length = 0));

const code = (expected: string) => expect.objectContaining({ name: 'SafeFetchError', code: expected });
const head = (...lines: string[]) => `${['HTTP/1.1 200 OK', ...lines].join('\r\n')}\r\n\r\n`;
const say = (...pieces: Array<string | Buffer>): Talk => (socket) => {
  for (const piece of pieces) socket.write(piece);
  socket.end();
};
/** A head, and then the same piece for ever. */
const forever = (start: string, piece: string | Buffer, everyMs = 0): Talk => (socket) => {
  socket.write(start);
  writeForever(socket, piece, everyMs);
};

/** 1,000 times smaller than what it unfolds to; the inner one again. */
const zeros = Buffer.alloc(100 * MB);
const bombs = { gzip: gzipSync(zeros), deflate: deflateSync(zeros), br: brotliCompressSync(zeros), nested: gzipSync(gzipSync(zeros)) };

const attacks: Array<[name: string, outcome: string, talk: Talk, options?: SafeFetchOptions]> = [
  ['a server that says nothing', 'timeout', () => {}, hurried],
  ['headers that come a line at a time (slowloris)', 'timeout', forever('HTTP/1.1 200 OK\r\n', 'X-A: b\r\n', 20), hurried],
  ['headers that come a letter at a time', 'timeout', forever('HTTP/1.1 200 OK\r\nX-A: ', 'a', 20), hurried],
  ['a body that comes a byte at a time', 'timeout', forever(head('Content-Length: 1000000'), 'x', 20), hurried],
  ['a chunked body that comes a byte at a time', 'timeout', forever(head('Transfer-Encoding: chunked'), '1\r\nx\r\n', 20), hurried],
  ['interim answers without end', 'timeout', forever('', 'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n', 5), hurried],
  ['a chunk extension without end', 'timeout', forever(`${head('Transfer-Encoding: chunked')}5;x=`, 'a'.repeat(1000), 5), hurried],
  ['a body that stops half way', 'timeout', (socket) => void socket.write(`${head('Content-Length: 100')}half`), hurried],
  ['a redirect to itself that takes its time', 'timeout', (socket) => void setTimeout(() => socket.end('HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n'), 150), hurried],

  ['a length of 20 GB', 'too_large', (socket) => void socket.write(head('Content-Length: 21474836480'))],
  ['a length one byte over the limit', 'too_large', (socket) => void socket.write(head(`Content-Length: ${10 * MB + 1}`))],
  ['a length beyond all numbers', 'network', say(head(`Content-Length: ${'9'.repeat(40)}`))],
  ['an endless body without a length', 'too_large', forever(head(), Buffer.alloc(64 * 1024))],
  ['an endless chunked body', 'too_large', forever(head('Transfer-Encoding: chunked'), Buffer.from(`10000\r\n${'x'.repeat(65536)}\r\n`))],
  ['one chunk of 4 GB', 'too_large', forever(`${head('Transfer-Encoding: chunked')}ffffffff\r\n`, Buffer.alloc(64 * 1024))],
  ['a chunk size beyond all numbers', 'network', say(`${head('Transfer-Encoding: chunked')}${'f'.repeat(40)}\r\nx`)],
  ['a negative length', 'network', say(head('Content-Length: -1'), 'x')],
  ['a length in words', 'network', say(head('Content-Length: ten'), 'x')],
  ['two lengths that differ', 'network', say(head('Content-Length: 1', 'Content-Length: 5'), 'hello')],
  ['less than the length says', 'network', say(head('Content-Length: 100'), 'short')],
  ['a length and chunks at once', 'network', say(head('Content-Length: 3', 'Transfer-Encoding: chunked'), '5\r\nhello\r\n0\r\n\r\n')],
  ['a broken chunk size', 'network', say(head('Transfer-Encoding: chunked'), 'zz\r\nhello\r\n')],
  ['chunks that end too early', 'network', say(head('Transfer-Encoding: chunked'), '5\r\nhel')],

  ['a header of 20 kB', 'network', say(head(`X-Big: ${'y'.repeat(20_000)}`), 'x')],
  ['ten thousand small headers', 'network', say(head(...Array.from({ length: 10_000 }, (_, index) => `X-${index}: y`)), 'x')],
  ['headers without end', 'network', forever('HTTP/1.1 200 OK\r\n', `X-A: ${'y'.repeat(1000)}\r\n`)],
  ['trailers without end', 'network', forever(`${head('Transfer-Encoding: chunked')}1\r\nx\r\n0\r\n`, `X-A: ${'y'.repeat(1000)}\r\n`)],
  ['a NUL in a header', 'network', say(head('X-A: a\0b'), 'x')],
  ['a header folded over lines', 'network', say('HTTP/1.1 200 OK\r\nX-A: b\r\n folded\r\n : \r\nbroken\r\n\r\n')],
  ['HTTP/0.9: a body and nothing else', 'network', say('<html>hello</html>')],
  ['a version that does not exist', 'network', say('HTTP/9.9 200 OK\r\n\r\nx')],
  ['a status that is none', 'network', say('HTTP/1.1 abc OK\r\n\r\nx')],
  ['the greeting of a mail server', 'network', say('220 mail.example ESMTP\r\n')],
  ['the banner of an SSH server', 'network', say('SSH-2.0-OpenSSH_9.9\r\n')],
  ['an error of a Redis server', 'network', say("-ERR unknown command 'GET'\r\n")],
  ['a TLS alert', 'network', say(Buffer.from([0x15, 3, 1, 0, 2, 2, 70]))],
  ['a switch of protocols', 'network', say('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')],
  ['a connection that is reset', 'network', (socket) => void socket.resetAndDestroy()],

  ...Object.entries({ gzip: 'gzip', deflate: 'deflate', br: 'br', nested: 'gzip, gzip' }).map(
    ([name, encoding]): [string, string, Talk] => [`a decompression bomb: ${encoding}, 100 MB`, 'encoded', say(head(`Content-Encoding: ${encoding}`), bombs[name as keyof typeof bombs])],
  ),
  ['an encoding that nobody knows', 'encoded', say(head('Content-Encoding: zstd-nested-9000'), 'x')],
  ['an encoding in odd letters and spaces', 'encoded', say(head('content-ENCODING:   GZip  '), bombs.gzip)],
  ['an encoding named twice, one of them identity', 'encoded', say(head('Content-Encoding: identity', 'Content-Encoding: gzip'), bombs.gzip)],
];

describe('a server that means harm is cut off', () => {
  it.each(attacks)('%s', async (_name, outcome, talk, options = bounds) => {
    server.talk = talk;
    const before = process.memoryUsage().arrayBuffers;
    await expect(fetchIt(server.url, options)).rejects.toEqual(code(outcome));
    // Neither the connection nor what came over it is kept.
    await server.idle();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(40 * MB);
  });
});

describe('a lie is not passed on', () => {
  it('a second answer smuggled behind the first is nobody’s', async () => {
    server.talk = say(head('Content-Length: 5', 'Connection: keep-alive'), 'first', head('Content-Length: 8'), 'smuggled');
    expect(Buffer.from((await fetchIt(server.url, bounds).catch(() => ({ body: Buffer.from('first') }))).body).toString()).toBe('first');
    server.talk = say(head('Content-Length: 4'), 'mine');
    expect(Buffer.from((await fetchIt(server.url, bounds)).body).toString()).toBe('mine');
    expect(server.requests).toHaveLength(2);
  });

  it('a kept connection is not used again, so an answer sent ahead waits for nobody', async () => {
    const talked: Socket[] = [];
    server.talk = (socket) => {
      talked.push(socket);
      socket.write(`${head('Content-Length: 2', 'Connection: keep-alive', 'Keep-Alive: timeout=600')}ok`);
    };
    await fetchIt(server.url, bounds);
    const [first] = talked;
    if (!first!.destroyed) await once(first!, 'close');
    await fetchIt(server.url, bounds);
    expect(new Set(talked).size).toBe(2);
  });

  it('bytes behind the length are not part of the body', async () => {
    server.talk = say(head('Content-Length: 5'), 'hello, and more');
    const answer = await fetchIt(server.url, bounds).catch((error: unknown) => error);
    if (answer instanceof Error) expect(answer).toEqual(code('network'));
    else expect(Buffer.from((answer as { body: Uint8Array }).body).toString()).toBe('hello');
  });

  it.each([
    ['an endless body', forever(head(), Buffer.alloc(64 * 1024))],
    ['a decompression bomb', say(head('Content-Encoding: gzip'), bombs.gzip)],
    ['a length of 20 GB', forever(head('Content-Length: 21474836480'), Buffer.alloc(64 * 1024))],
  ])('a log that only wants the beginning gets it, and no more, of %s', async (_name, talk) => {
    server.talk = talk;
    expect((await fetchIt(server.url, { ...bounds, maxBytes: 2048, overflow: 'cut' })).body).toHaveLength(2048);
    await server.idle();
  });

  it('a body of exactly the limit is whole', async () => {
    server.talk = say(head(`Content-Length: ${10 * MB}`), Buffer.alloc(10 * MB, 1));
    expect((await fetchIt(server.url, bounds)).body).toHaveLength(10 * MB);
  });

  it('a server cannot make the request say more: no line of a URL becomes a header', async () => {
    server.talk = say(head('Content-Length: 0'));
    await fetchIt(`${server.url}/a\r\nX-Injected: 1\r\n\r\nGET /b`, bounds);
    await fetchIt(`${server.url}/a%0d%0aX-Injected:%201`, bounds);
    for (const request of server.requests) expect(request).not.toMatch(/^x-injected/im);
    expect(server.requests).toHaveLength(2);
  });
});
