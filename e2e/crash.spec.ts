import { createHash, randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type APIRequestContext, expect, test } from '@playwright/test';
import { freePort } from '../scripts/checks/free-port.mjs';
import { type MadeAsset, makeAsset, signUp } from './support/account';
import { readEvents } from './support/event-log';
import { admin, Server } from './support/processes';

const ROUNDS = 20;
/** A small clip takes about this many answered probes to make. */
const MOST_PROBES = 120;
const TERMINAL = ['ready', 'failed', 'cancelled'];

/** mulberry32: the same seed, the same moments. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const modes = ['loop', 'animate-in'] as const;

interface Wish {
  key: string;
  mode: (typeof modes)[number];
}

interface HistoryEntry {
  id: string;
  number: number;
  status: string;
  charge: string;
}

/** Asks the embed URL and checks that what comes is whole, of one generation, and never an older one than before. */
function makeProbe(embedUrl: string) {
  const digests = new Map<number, string>();
  let newest = 1;
  return async (request: APIRequestContext): Promise<number> => {
    const answer = await request.get(embedUrl);
    expect(answer.status()).toBe(200);
    const body = await answer.body();
    expect(body.byteLength).toBe(Number(answer.headers()['content-length']));
    const generation = Number(answer.headers()['x-motioness-generation']);
    const digest = createHash('sha256').update(body).digest('hex');
    expect(digests.get(generation) ?? digest).toBe(digest);
    digests.set(generation, digest);
    expect(generation).toBeGreaterThanOrEqual(newest);
    newest = generation;
    return generation;
  };
}

test('twenty kill -9 in the middle of regenerates lose nothing and double nothing', async ({ playwright }) => {
  test.setTimeout(300_000);
  const seed = process.env.CRASH_SEED ? Number(process.env.CRASH_SEED) : randomInt(2 ** 31);
  console.log(`CRASH_SEED=${seed}`);
  const roll = dice(seed);
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'motioness-crash-'));
  const server = new Server({ port: await freePort(), dataDir });
  const request = await playwright.request.newContext({ baseURL: server.url });
  try {
    await server.start();
    const account = await signUp(request);
    expect(await admin(dataDir, 'set-tier', account.email, 'team')).toContain('team');
    const asset = await makeAsset(request);
    const probe = makeProbe(asset.embedUrl);
    const accepted = new Set<string>();

    for (let round = 0; round < ROUNDS; round += 1) {
      await probe(request);
      const wishes = Array.from({ length: round % 5 === 0 ? 2 : 1 }, (_, index) => ({ key: `${seed}-${round}-${index}`, mode: modes[roll(2)]! }));
      // One in four is killed while it is being accepted: the caller asks again with the same key, as callers do.
      const early = roll(4) === 0;
      const calls = wishes.map((wish) => regenerate(request, asset, wish));
      if (early) for (let left = roll(3); left > 0; left -= 1) await probe(request);
      else {
        await Promise.all(calls);
        for (let left = roll(MOST_PROBES); left > 0; left -= 1) await probe(request);
      }
      await server.end('SIGKILL');
      const answers = await Promise.all(calls);
      await server.start();
      for (const [index, answer] of answers.entries()) {
        const again = answer ?? (await regenerate(request, asset, wishes[index]!));
        expect(again, 'the call after a crash').not.toBeNull();
        accepted.add(again!);
      }
    }

    const ended = await untilEnded(request, asset, probe);
    expect(ended.map((entry) => entry.number)).toEqual(ended.map((_, index) => index + 1));
    expect(new Set(ended.slice(1).map((entry) => entry.id))).toEqual(accepted);
    for (const entry of ended) expect([entry.number, entry.charge]).toEqual([entry.number, entry.status === 'succeeded' ? 'charged' : 'refunded']);
    expect(ended.filter((entry) => entry.status === 'failed')).toEqual([]);
    const me = (await (await request.get('/api/user/me')).json()) as { quota: { used: number } };
    expect(me.quota.used).toBe(ended.filter((entry) => entry.charge === 'charged').length);

    // One more, so that whatever an earlier one left behind would stand before its events.
    await regenerate(request, asset, { key: `${seed}-last`, mode: 'loop' });
    const last = ended.length + 1;
    const events = await readEvents(asset.eventsUrl, (read) => read.some((event) => event.generation === last && TERMINAL.includes(event.type)));
    expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
    for (let generation = 1; generation <= last; generation += 1) {
      const own = events.filter((event) => event.generation === generation).map((event) => event.type);
      expect([generation, own[0], own.filter((type) => TERMINAL.includes(type)).length]).toEqual([generation, 'queued', 1]);
      expect(TERMINAL).toContain(own.at(-1));
    }
  } finally {
    await request.dispose();
    await server.end('SIGTERM');
    await rm(dataDir, { recursive: true, force: true });
  }
});

/** @returns the generation's id; null when the server died before it answered. */
async function regenerate(request: APIRequestContext, asset: MadeAsset, { key, mode }: Wish): Promise<string | null> {
  const answer = await request
    .post(`/api/assets/${asset.id}/regenerate`, { data: { mode }, headers: { 'Idempotency-Key': key } })
    .catch(() => null);
  if (!answer) return null;
  const text = await answer.text().catch(() => null);
  if (text === null) return null;
  expect(answer.status(), text).toBe(200);
  return (JSON.parse(text) as { generation_id: string }).generation_id;
}

/** The whole history, oldest first, once nothing is in flight any more. */
async function untilEnded(request: APIRequestContext, asset: MadeAsset, probe: (request: APIRequestContext) => Promise<number>): Promise<HistoryEntry[]> {
  let generations: HistoryEntry[] = [];
  await expect
    .poll(
      async () => {
        await probe(request);
        const answer = (await (await request.get(`/api/assets/${asset.id}`)).json()) as { generations: HistoryEntry[] };
        generations = answer.generations;
        return generations.filter((entry) => ['queued', 'running'].includes(entry.status)).length;
      },
      { timeout: 120_000, intervals: [250] },
    )
    .toBe(0);
  return generations.reverse();
}
