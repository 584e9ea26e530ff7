import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeTestRuntime, type TestRuntime } from '@/test/support/test-runtime';
import { fastMount } from './fast-mount';

let rt: TestRuntime;
let server: Server;
beforeAll(async () => {
  rt = await makeTestRuntime();
  server = createServer((req, res) => void (fastMount(req, res) || res.writeHead(404).end('next')));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await rt.close();
});

/** The status of a request whose line is sent as it stands: clients would tidy it. */
const status = (target: string, host = 'localhost') =>
  new Promise<number>((resolve, reject) => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => socket.write(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`));
    let text = '';
    socket.on('data', (chunk) => (text += chunk)).on('error', reject).on('close', () => resolve(Number(text.split(' ')[1])));
  });

it.each([
  '/v1/pk_x/../../etc/passwd.mp4', '/v1/', '/v1/x', '/v1/pk_x/%', '/v1/pk_x/%00.mp4', '/v1/pk_x/..%2f..%2fx.mp4', '/v1//x.mp4', '//', '//v1/x/y.mp4',
  '/v1/pk_x/events/../../../api/assets/x/regenerate', '/%ff', '*', 'http://[/v1/x/y.mp4', 'http://other/v1/x/y.mp4', '/v1/pk_x/\\..\\x.mp4',
])('answers %s without a 5xx', async (target) => {
  expect(await status(target)).toBeLessThan(500);
});

it.each([['TRACE', '/'], ['PROPFIND', '/embed.js'], ['POST', '/embed.js'], ['DELETE', '/icon.svg'], ['PURGE', '/api/user/session']])('refuses %s %s, which Next would fail at', async (method, path) => {
  const answer = await new Promise<string>((resolve, reject) => {
    let text = '';
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => socket.write(`${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`));
    socket.on('data', (chunk) => (text += chunk)).on('error', reject).on('close', () => resolve(text));
  });
  expect(answer).toMatch(/^HTTP\/1.1 405 /);
  expect(answer).toMatch(/^allow: /im);
  expect(answer).toContain('"code":"method_not_allowed"');
});

it('answers an impossible Host without a 5xx', async () => {
  for (const host of ['a b', '', 'x:99999', '[']) expect(await status('/v1/pk_x/y.mp4', host)).toBeLessThan(500);
});

it('waits for a step of an Inngest server however long it is silent, and for nobody else', async () => {
  const silent = createServer((req, res) => void (fastMount(req, res) || setTimeout(() => res.end('done'), 1_000)));
  silent.timeout = 200;
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const ask = (path: string) => fetch(`http://127.0.0.1:${(silent.address() as AddressInfo).port}${path}`, { method: 'POST' }).then((answer) => answer.text(), () => 'cut off');
  expect(await Promise.all([ask('/api/inngest?fnId=generate&stepId=step'), ask('/api/else')])).toEqual(['done', 'cut off']);
  await new Promise((resolve) => silent.close(resolve));
});
