import { createHash } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, vi } from 'vitest';
import type { ExplicitParams } from '@/lib/assets/params';
import { regenerate } from '@/lib/assets/regenerate-handler';
import { varnishEdge } from '@/lib/edge/varnish';
import { fastMount } from '@/lib/fast-mount';
import { finalizeGeneration } from '@/lib/generation/finalize-generation';
import { startGeneration } from '@/lib/generation/start-generation';
import { clipKey, posterKey } from '@/lib/generation/work-keys';
import { carry } from '@/lib/outbox/carry';
import { startRelay } from '@/lib/outbox/relay';
import { embedPath } from '@/lib/sources/embed-path';
import { call, read } from '../support/call';
import { SIZE } from '../support/conditional-questions';
import { type Account, makePipeline, type Pipeline } from '../support/pipeline';
import { type SlowProxy, startSlowProxy } from '../support/slow-proxy';
import { testMotion } from '../support/test-providers';
import { freePort, startVarnish, type Varnish } from './varnishd';

/** More than the product sends as one buffer, so that answers stream; what our questions about ranges are about. */
export const CLIP_BYTES = SIZE;
/** Longer than the slow way ever takes, as the shipped 20 s are longer than the VCL's `first_byte_timeout`. */
export const AGAIN_MS = 2_000;

/** The moment itself is read from the asset, so looking seldom costs nothing but the test's time. */
const LOOK_MS = 100;

export interface EdgeWorld extends Pipeline {
  varnish: Varnish;
  slow: SlowProxy;
  /** Purges of the canonical URLs that a look had shown to be needed. */
  secondPurges(): number;
  /** When purges by this tag were confirmed, in order. */
  tagPurges(tag: string): number[];
  /** A regenerate by the API. @returns the generation's id */
  regenerate(owner: Account, assetId: string): Promise<string>;
  /** Ends a generation that was accepted with a clip of its own, without the engine. */
  finish(assetId: string, generationId: string): Promise<void>;
  /** The embed paths of an asset. */
  paths(assetId: string): Promise<{ mp4: string; jpg: string }>;
  /** Since when the generation is live at the edge; waits for it. */
  live(generationId: string): Promise<number>;
  /** Waits until nothing is purged or looked at for a generation any more. */
  settled(generationId: string): Promise<void>;
}

/** The product on real time, its real engine and relay, a slow way to it, and a real Varnish in front. */
export async function makeEdgeWorld({ engine = true, ...slowness }: { engine?: boolean } & Parameters<typeof startSlowProxy>[1] = {}): Promise<EdgeWorld> {
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const clock = { now: () => Date.now(), advance: () => {}, set: () => {} };
  const pipeline = await makePipeline({ clock, env: { PUBLIC_URL: publicUrl, EDGE_DRIVER: 'varnish', VARNISH_URL: publicUrl } });
  const { rt } = pipeline;
  const origin = http.createServer((req, res) => void fastMount(req, res));
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
  const slow = await startSlowProxy((origin.address() as AddressInfo).port, slowness);
  const varnish = await startVarnish({ originPort: slow.port, port });

  let second = 0;
  const tagged = new Map<string, number[]>();
  const edge = varnishEdge({ url: varnish.url }, { publicUrl, again: [{ afterMs: AGAIN_MS, tag: true }] });
  rt.edge = {
    ...edge,
    async purge(target, signal) {
      if (!target.tag) second += 1;
      await edge.purge(target, signal);
      if (target.tag) tagged.set(target.tag, [...(tagged.get(target.tag) ?? []), Date.now()]);
    },
  };
  if (!engine) rt.sendEvents = async () => {};
  rt.motion = { ...testMotion, animate: async ({ seed }) => clipOf(seed) };
  const relay = startRelay(rt, carry);

  return {
    ...pipeline,
    varnish,
    slow,
    secondPurges: () => second,
    tagPurges: (tag) => tagged.get(tag) ?? [],
    async regenerate(owner, assetId) {
      const answer = await read(await call(regenerate, { method: 'POST', params: { id: assetId }, cookie: owner.cookie, body: {} }));
      if (!answer.generation_id) throw new Error(`regenerate: ${JSON.stringify(answer)}`);
      return answer.generation_id as string;
    },
    async finish(assetId, id) {
      const { seed } = (await startGeneration(rt, { id, assetId }))!;
      const [clip, poster] = [clipKey(assetId, id), posterKey(assetId, id)];
      const mp4 = clipOf(seed);
      await rt.storage.put(clip, mp4, 'video/mp4');
      await rt.storage.put(poster, Buffer.from(`poster of ${id}`), 'image/jpeg');
      const facts = { blurDataUrl: 'data:,', loopMode: null, bytes: mp4.byteLength, width: 640, height: 360, durationMs: 4000 };
      await finalizeGeneration(rt, { id, assetId }, { clipKey: clip, posterKey: poster, ...facts });
    },
    async paths(assetId) {
      const asset = await rt.db.asset.findUniqueOrThrow({ where: { id: assetId }, include: { project: true } });
      const path = (ext: 'mp4' | 'jpg') => embedPath(asset.project.proxyKey, asset.src, asset.explicitParams as ExplicitParams, ext);
      return { mp4: path('mp4'), jpg: path('jpg') };
    },
    async live(generationId) {
      for (;;) {
        const asset = await rt.db.asset.findFirst({ where: { currentGenerationId: generationId, edgeLiveAt: { not: null } } });
        if (asset) return asset.edgeLiveAt!.getTime();
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      }
    },
    async settled(generationId) {
      const left = () => rt.db.outboxMessage.count({ where: { key: { startsWith: `purge/${generationId}` } } });
      await vi.waitFor(async () => expect(await left()).toBe(0), { timeout: 20_000, interval: LOOK_MS });
    },
    async close() {
      await relay.stop();
      await varnish.stop();
      await slow.close();
      origin.closeAllConnections();
      await new Promise((resolve) => origin.close(resolve));
      await pipeline.close();
    },
  };
}

/** Bytes of which each part tells the seed. */
function clipOf(seed: number): Uint8Array {
  const block = createHash('sha512').update(String(seed)).digest();
  const clip = Buffer.alloc(CLIP_BYTES);
  for (let at = 0; at < CLIP_BYTES; at += block.length) {
    block.writeUInt32BE(at);
    block.copy(clip, at);
  }
  return clip;
}
