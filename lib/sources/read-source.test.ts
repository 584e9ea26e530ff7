import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { IncomingMessage, ServerResponse } from 'node:http';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer } from '../delivery/test-world';
import { fileStorage } from '../storage/files';
import { readSource } from './read-source';

let png: Buffer;
let rt: Parameters<typeof readSource>[0];
let pictures: Awaited<ReturnType<typeof startServer>>;
let route: (req: IncomingMessage, res: ServerResponse) => void;

beforeAll(async () => {
  png = await sharp({ create: { width: 300, height: 260, channels: 3, background: '#39c' } }).png().toBuffer();
  pictures = await startServer((req, res) => route(req, res));
  rt = { env: { ALLOW_PRIVATE_NETWORK: true, PUBLIC_URL: 'https://clips.example' }, storage: fileStorage(await mkdtemp(path.join(os.tmpdir(), 'sources-'))) } as never;
});
afterAll(() => pictures.close());

const src = () => `http://${pictures.host}/a.png`;
const failure = (code: string, transient: boolean, text = '') => expect.objectContaining({ name: 'PipelineError', code, transient, message: expect.stringContaining(text) });

describe('readSource', () => {
  it('reads by URL, whatever type the server claims', async () => {
    route = (_req, res) => res.writeHead(200, { 'content-type': 'text/html' }).end(png);
    const image = await readSource(rt, src());
    expect(image).toMatchObject({ type: 'png', width: 300, height: 260 });
    expect(Buffer.from(image.bytes).equals(png)).toBe(true);
  });

  it('reads an upload, and says when it is gone', async () => {
    await rt.storage.put('uploads/usr_1/a.png', png, 'image/png');
    expect(await readSource(rt, 'upload:usr_1/a.png')).toMatchObject({ type: 'png', width: 300 });
    await expect(readSource(rt, 'upload:usr_1/b.png')).rejects.toEqual(failure('source_unfetchable', false, 'no such upload'));
  });

  it.each([[404, false], [403, false], [410, false], [204, false], [301, false], [206, false], [500, true], [503, true], [429, true], [408, true]])(
    'a %i is source_unfetchable (worth another try: %s)',
    async (status, transient) => {
      route = (_req, res) => res.writeHead(status).end();
      await expect(readSource(rt, src())).rejects.toEqual(failure('source_unfetchable', transient, String(status)));
    },
  );

  it('a broken connection is transient, a closed door is not', async () => {
    route = (req) => req.socket.destroy();
    await expect(readSource(rt, src())).rejects.toEqual(failure('source_unfetchable', true));
    await expect(readSource({ ...rt, env: { ...rt.env, ALLOW_PRIVATE_NETWORK: false } }, src())).rejects.toEqual(failure('source_unfetchable', false, 'not public'));
  });

  it('over 10 MB is source_too_large', async () => {
    route = (_req, res) => res.end(Buffer.alloc(10 * 1024 * 1024 + 1));
    await expect(readSource(rt, src())).rejects.toEqual(failure('source_too_large', false, 'file exceeds 10 MB limit'));
  });

  it('ends with its caller', async () => {
    route = () => {};
    await expect(readSource(rt, src(), { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});
