import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { call } from '@/test/support/call';
import { makePipeline, type Account, type Pipeline } from '@/test/support/pipeline';
import { regenerateAsset } from '../assets/regenerate-asset';
import { ownEvents, publicEvents } from './events-handlers';
import { HEARTBEAT_MS, LIFETIME_MS, streamEvents } from './stream-events';

let p: Pipeline;
let user: Account;
beforeAll(async () => {
  p = await makePipeline();
  user = await p.account('team');
});
afterAll(() => p.close());
afterEach(() => void vi.useRealTimers());

interface Frame {
  id?: number;
  event: string;
  data: Record<string, unknown>;
}

/** Reads frames until `enough` says so, then hangs up. */
async function frames(answer: Response, enough: (seen: Frame[]) => boolean): Promise<Frame[]> {
  const reader = answer.body!.getReader();
  const seen: Frame[] = [];
  let text = '';
  while (!enough(seen)) {
    const { value, done } = await reader.read();
    if (done) break;
    text += new TextDecoder().decode(value);
    const blocks = text.split('\n\n');
    text = blocks.pop()!;
    for (const block of blocks) {
      const fields = Object.fromEntries(block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]));
      if (fields.event) seen.push({ id: fields.id ? Number(fields.id) : undefined, event: fields.event, data: JSON.parse(fields.data!) });
    }
  }
  await reader.cancel();
  return seen;
}

const until = (type: string) => (seen: Frame[]) => seen.some((f) => f.event === type);
const open = (id: string, headers: Record<string, string> = {}, query = '') =>
  call(publicEvents, { path: `/v1/${user.projectKey}/events/${id}${query}`, params: { key: user.projectKey, assetId: id }, headers });
const again = (assetId: string) => regenerateAsset(p.rt, { assetId, user, given: {}, requestId: 'req_again', idempotencyKey: null });

describe('an event stream', () => {
  it('tells a whole generation in order, as it happens, with the fields of the reference', async () => {
    const id = await p.asset(user);
    const answer = await open(id);
    expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(answer.headers.get('cache-control')).toBe('no-cache, no-transform');
    expect(answer.headers.get('x-accel-buffering')).toBe('no');
    const [seen] = await Promise.all([frames(answer, until('ready')), p.settle()]);
    expect(seen.map((f) => f.event)).toEqual(['queued', 'vision_started', 'vision_completed', 'stage_started', 'stage_completed', 'r2_write_completed', 'ready']);
    expect(seen.map((f) => f.id)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    const { generationId } = await p.rt.db.assetEvent.findFirstOrThrow({ where: { assetId: id } });
    for (const { data } of seen) {
      expect(data).toMatchObject({ asset_id: id, generation: 1, generation_id: generationId, attempt: 1, request_id: 'req_test', ts: p.rt.clock.now() });
    }
    expect(seen[4]!.data).toMatchObject({ stage: 'single', latency_ms: 0 });
  });

  it('starts with the latest generation and resumes after Last-Event-ID without loss or repetition', async () => {
    const id = await p.asset(user);
    await p.settle();
    await again(id);
    await p.settle();
    const latest = await frames(await open(id), until('ready'));
    expect(new Set(latest.map((f) => f.data.generation))).toEqual(new Set([2]));
    const rest = await frames(await open(id, { 'Last-Event-ID': '3' }), (seen) => seen.filter((f) => f.event === 'ready').length === 2);
    expect(rest.map((f) => f.id)).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
  });

  it('loses and doubles none across reconnects at every event of a fast pipeline', async () => {
    const id = await p.asset(user);
    const all: number[] = [];
    let last = 0;
    const work = (async () => {
      for (let n = 0; n < 3; n += 1) {
        await again(id);
        await p.settle();
      }
    })();
    while (last < 28) {
      const [frame] = await frames(await open(id, { 'Last-Event-ID': String(last) }), (seen) => seen.length > 0);
      all.push(frame!.id!);
      last = frame!.id!;
    }
    await work;
    expect(all).toEqual(Array.from({ length: 28 }, (_, n) => n + 1));
  });

  it('adds unnumbered progress events only when asked', async () => {
    const id = await p.asset(user);
    const [seen] = await Promise.all([frames(await open(id, {}, '?progress=1'), until('ready')), p.settle()]);
    const progress = seen.filter((f) => f.event === 'progress');
    expect(progress.length).toBeGreaterThan(0);
    for (const { id: number, data } of progress) {
      expect(number).toBeUndefined();
      expect(data).toMatchObject({ generation: 1, fraction: expect.any(Number) });
    }
  });

  it('sends a ping every 15 s and ends after five minutes', async () => {
    const id = await p.asset(user);
    vi.useFakeTimers({ toFake: ['setInterval', 'setTimeout', 'clearInterval', 'clearTimeout'] });
    const answer = streamEvents(p.rt, { assetId: id, afterSeq: 999, progress: false, signal: new AbortController().signal });
    vi.advanceTimersByTime(HEARTBEAT_MS * 2);
    vi.advanceTimersByTime(LIFETIME_MS - HEARTBEAT_MS * 2);
    vi.useRealTimers();
    const text = await answer.text();
    expect(text.match(/^: ping$/gm)!.length).toBeGreaterThanOrEqual(19);
  });

  it('is refused for an unknown key, another project, a missing asset, and the signed-out', async () => {
    const id = await p.asset(user);
    const other = await p.account();
    const status = async (key: string, assetId: string) => (await call(publicEvents, { params: { key, assetId } })).status;
    expect(await status('pk_nope', id)).toBe(403);
    expect(await status(other.projectKey, id)).toBe(404);
    expect(await status(user.projectKey, '0000000000000000')).toBe(404);
    expect((await call(ownEvents, { params: { id } })).status).toBe(401);
    expect((await call(ownEvents, { params: { id }, cookie: other.cookie })).status).toBe(404);
    expect((await call(ownEvents, { params: { id }, cookie: user.cookie })).status).toBe(200);
  });
});
