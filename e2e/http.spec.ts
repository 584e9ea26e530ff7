import net from 'node:net';
import { expect, test } from '@playwright/test';

/** Sends a request as it stands, and gives the answer's first line. */
function firstLine(baseURL: string, target: string, lines: string[] = []): Promise<string> {
  const { hostname, port } = new URL(baseURL);
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = net.connect(Number(port), hostname, () => socket.write([`GET ${target} HTTP/1.1`, `Host: ${hostname}:${port}`, ...lines, '', ''].join('\r\n')));
    socket.on('data', (chunk) => {
      text += String(chunk);
      if (text.includes('\r\n')) socket.destroy();
    });
    socket.on('error', reject).on('close', () => resolve(text.split('\r\n')[0] ?? ''));
  });
}

test('a client that offers an upgrade is answered as if it had not', async ({ baseURL, request }) => {
  await request.get('/signin'); // Next begins to listen for upgrades with its first request
  const offers = [['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA'], ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==']];
  for (const lines of offers) {
    for (const target of ['/embed.js', '/signin']) expect(await firstLine(baseURL!, target, lines), target).toBe('HTTP/1.1 200 OK');
    expect(await firstLine(baseURL!, '/v1/pk_x/acme.com/a.png.mp4', lines)).toBe('HTTP/1.1 403 Forbidden');
  }
});

test('a request in absolute form is answered, not sent to itself', async ({ baseURL }) => {
  expect(await firstLine(baseURL!, `${baseURL}/embed.js`)).toBe('HTTP/1.1 200 OK');
  expect(await firstLine(baseURL!, `${baseURL}/api/user/session`)).toBe('HTTP/1.1 200 OK');
});

test('bytes that are no request are answered by us, not by Node', async ({ baseURL }) => {
  expect(await firstLine(baseURL!, '/é')).toBe('HTTP/1.1 400 ');
});
