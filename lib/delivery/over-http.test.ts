import { randomBytes } from 'node:crypto';
import net from 'node:net';
import { readdir, readlink } from 'node:fs/promises';
import { getRequestListener } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embedPath } from '../sources/embed-path';
import { deliver } from './deliver';
import { makeWorld, startServer, type World } from './test-world';

// The handler behind a real socket, with requests as raw text: no client rewrites the path.
let world: World;
let web: Awaited<ReturnType<typeof startServer>>;
const clip = randomBytes(3_000_000);
const uncaught: unknown[] = [];
const note = (error: unknown) => void uncaught.push(error);

beforeAll(async () => {
  process.on('uncaughtException', note).on('unhandledRejection', note);
  world = await makeWorld();
  web = await startServer(getRequestListener(deliver, { overrideGlobalObjects: false }));
});
afterAll(async () => {
  process.off('uncaughtException', note).off('unhandledRejection', note);
  await web.close();
  await world.close();
});

function raw(path: string, lines = '', keep?: (socket: net.Socket) => void): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const [host, port] = web.host.split(':');
    const socket = net.connect(Number(port), host, () => socket.write(`GET ${path} HTTP/1.1\r\nHost: ${web.host}\r\nConnection: close\r\n${lines}\r\n`));
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => void chunks.push(chunk)).on('error', reject).on('close', () => resolve(Buffer.concat(chunks)));
    keep?.(socket);
  });
}
/** Clips this process has open (Linux; elsewhere none are seen). */
async function openClips(): Promise<string[]> {
  const names = await readdir('/proc/self/fd').catch(() => [] as string[]);
  const files = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')));
  return files.filter((file) => file.endsWith('.mp4'));
}
const bodyOf = (answer: Buffer) => answer.subarray(answer.indexOf('\r\n\r\n') + 4);
const statusOf = (answer: Buffer) => Number(answer.toString('latin1', 9, 12));

describe('over a socket', () => {
  it.each([
    'https://acme.com/a.png', 'https://acme.com/a.png?w=1&h=2', 'https://acme.com/100%25%3Fx.png', 'https://acme.com/a//b.png', 'http://acme.com/a%2Fb.png?u=https://x/../y',
    'https://acme.com/%C3%A4.png?q={a}|%22b%22', 'https://uploads/usr_1/a.png', 'https://acme.com/x.mp4',
  ])('%s arrives as it was written', async (src) => {
    const explicit = { prompt: 'pan left & 50% + ä?#', idem: '.mp4' } as const;
    await world.finish(await world.mint(src, explicit), Buffer.from(`clip of ${src}`));
    const answer = await raw(embedPath(world.project.proxyKey, src, explicit, 'mp4'));
    expect([statusOf(answer), bodyOf(answer).toString()]).toEqual([200, `clip of ${src}`]);
  });

  it('a large clip is whole, and a large range too', async () => {
    await world.finish(await world.mint('https://acme.com/large.png'), clip);
    const path = world.path('acme.com/large.png.mp4');
    expect(bodyOf(await raw(path)).equals(clip)).toBe(true);
    const part = await raw(path, 'Range: bytes=1000-2500000\r\n');
    expect([statusOf(part), bodyOf(part).equals(clip.subarray(1000, 2_500_001))]).toEqual([206, true]);
  });

  it('viewers who leave in the middle leave nothing open', async () => {
    const path = world.path('acme.com/large.png.mp4');
    await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        raw(path, '', (socket) => {
          if (i % 3 === 0) socket.once('data', () => socket.destroy());
          else if (i % 3 === 1) setTimeout(() => socket.destroy(), i);
          else socket.once('data', () => (socket.pause(), setTimeout(() => socket.destroy(), 20)));
        }),
      ),
    );
    await expect.poll(openClips, { timeout: 5000 }).toEqual([]);
    expect(uncaught).toEqual([]);
  });

  it.each(['/v1/', '/v1/k', '/v1/k/../../etc/passwd.mp4', '/v1/k/%2e%2e/%2e%2e/x.mp4', '/v1/k/%', '/v1//x.mp4', '//v1/k/a.b/c.mp4', '/v1/k/\\..\\x.mp4'])('%s is a 4xx', async (path) => {
    const status = statusOf(await raw(path));
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
  });
});
