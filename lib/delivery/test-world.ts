// Test support: a world with one project, pictures to serve, and clips put straight into place.
import { createServer, request, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';
import { makeTestRuntime, type TestRuntime } from '@/test/support/test-runtime';
import { mintAsset } from '../assets/mint-asset';
import type { ExplicitParams } from '../assets/params';
import { createAccount } from '../auth/sign-up';
import { endGeneration } from '../generation/end-generation';
import { finalizeGeneration } from '../generation/finalize-generation';
import { startGeneration } from '../generation/start-generation';
import { projectChannel } from '../projects/project-channel';
import { fastMount } from '../fast-mount';
import type { Runtime } from '../runtime';
import { deliver } from './deliver';

export interface World {
  rt: TestRuntime;
  userId: string;
  project: { id: string; proxyKey: string };
  png: Buffer;
  /** Answers an embed path, as a client sends it. */
  get(path: string, headers?: Record<string, string>, method?: string): Promise<Response>;
  /** `/v1/{key}/{rest}` */
  path(rest: string): string;
  mint(src: string, explicit?: ExplicitParams, mintedBy?: 'owner' | 'embed'): Promise<string>;
  /** Finishes the oldest waiting generation with this clip. */
  finish(assetId: string, clip: Uint8Array): Promise<string>;
  fail(assetId: string): Promise<void>;
  setProject(data: Parameters<TestRuntime['db']['project']['update']>[0]['data']): Promise<void>;
  close(): Promise<void>;
}

/** Next's route calls the Web-standard handler; the fast mount writes the same answers to the socket itself. */
export const mounts = ['the Web handler', 'the fast mount'] as const;
export type Mount = (typeof mounts)[number];

export async function makeWorld(env: Record<string, string> = {}, mount: Mount = 'the Web handler'): Promise<World> {
  const rt = await makeTestRuntime({ env });
  const web = mount === 'the fast mount' ? await startServer((req, res) => void (fastMount(req, res) || res.writeHead(404).end('left to Next'))) : null;
  return {
    ...(await furnish(rt)),
    rt,
    get: (path, headers = {}, method = 'GET') => (web ? ask(web.host, path, headers, method) : deliver(new Request(`http://localhost:3000${path}`, { headers, method }))),
    close: async () => {
      await web?.close();
      await rt.close();
    },
  };
}

/** An account with a project in a runtime, and clips put straight into place. */
export async function furnish(rt: Runtime): Promise<Omit<World, 'rt' | 'get' | 'close'>> {
  const { id: userId } = await createAccount(rt, { email: 'a@b.example', name: 'A', passwordHash: null });
  await rt.db.user.update({ where: { id: userId }, data: { tier: 'team' } });
  const project = await rt.db.project.findFirstOrThrow({ where: { ownerId: userId } });
  const png = await sharp({ create: { width: 320, height: 256, channels: 3, background: '#3a7' } }).png().toBuffer();
  const waiting = async (assetId: string) => {
    const { id } = await rt.db.generation.findFirstOrThrow({ where: { assetId, status: { in: ['queued', 'running'] } }, orderBy: { number: 'asc' } });
    await startGeneration(rt, { id, assetId });
    return id;
  };
  return {
    userId,
    project,
    png,
    path: (rest) => `/v1/${project.proxyKey}/${rest}`,
    mint: async (src, explicit = {}, mintedBy = 'owner') => (await mintAsset(rt, { project, src, explicit, mintedBy, requestId: 'req_test' })).assetId,
    finish: async (assetId, clip) => {
      const id = await waiting(assetId);
      const clipKey = `assets/${assetId}/${id}.mp4`;
      const posterKey = `assets/${assetId}/${id}.jpg`;
      await rt.storage.put(clipKey, clip, 'video/mp4');
      await rt.storage.put(posterKey, Buffer.from(`poster of ${id}`), 'image/jpeg');
      const size = { bytes: clip.byteLength, width: 640, height: 360, durationMs: 4000 };
      await finalizeGeneration(rt, { id, assetId }, { clipKey, posterKey, blurDataUrl: 'data:,', loopMode: 'native', ...size });
      return id;
    },
    fail: async (assetId) => {
      await endGeneration(rt, await waiting(assetId), { status: 'failed', code: 'i2v_failed', message: 'no luck' });
    },
    setProject: async (data) => {
      await rt.db.project.update({ where: { id: project.id }, data });
      rt.bus.publish(projectChannel(project.id));
    },
  };
}

/** Over a socket, with the path as it is given: `fetch` would tidy it. */
function ask(host: string, path: string, headers: Record<string, string>, method: string): Promise<Response> {
  return new Promise((resolve, reject) => {
    const req = request(`http://${host}`, { path, headers, method, agent: false }, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => void chunks.push(chunk)).on('error', reject);
      res.on('end', () => {
        const pairs = Object.entries(res.headers).map(([name, value]): [string, string] => [name, String(value)]);
        const body = chunks.length > 0 ? Buffer.concat(chunks) : null;
        resolve(new Response(body, { status: res.statusCode!, headers: pairs }));
      });
    });
    req.on('error', reject).end();
  });
}

/** A web server on loopback. @returns its host with port. */
export async function startServer(listener: RequestListener): Promise<{ host: string; server: Server; close(): Promise<void> }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, server, close };
}
