import { expect } from '@playwright/test';
import { auditBooks, auditLedger, readGenerations } from './audit';
import { auditLogs, countWarnings } from './audit-logs';
import { ageParts, auditObjects, listObjects } from './audit-objects';
import { type Books, openBooks } from './books';
import { type Caller, keepRegenerating, keepRegeneratingInWeather } from './callers';
import { expectJson } from './cluster';
import type { Dice } from './dice';
import { resumption, spread } from './figures';
import { type Kill, keepKilling } from './killer';
import { Ledger } from './ledger';
import { keepAsking, Probe } from './probe';
import { Watcher } from './watcher';
import { makeWorld, type World, type WorldOptions } from './world';

export interface CrashOptions extends WorldOptions {
  name: string;
  kills: number;
  /** Goes on beside the kills, until `over`. */
  beside?: (over: () => boolean, dice: Dice) => Promise<void>;
  /** More to look at when all is done and the servers have ended. @returns what is wrong */
  alsoCheck?: (books: Books) => Promise<string[]>;
}

const FIRST_CLIP_MS = 120_000;
const DRAIN_MS = 240_000;
const CLEAR_MS = 30_000;
/** Starts after which nothing may be left to do. */
const MOST_STARTS = 5;

/**
 * Kills servers in the middle of a stream of regenerates, lets what is left come to its end, and holds what viewers saw,
 * what callers were told, the database and the files against each other.
 */
export async function crashRun(options: CrashOptions): Promise<void> {
  const { name, kills: count, seed, databaseUrl } = options;
  console.log(`${name}: CRASH_SEED=${seed} CRASH_KILLS=${count}`);
  const startedAtMs = Date.now();
  const world = await makeWorld(options);
  const { cluster, assets, dataDir } = world;
  const ledger = new Ledger();
  const watchers = assets.map((asset) => new Watcher(asset, cluster, world.dice(`watch-${asset.id}`)));
  const probes = assets.map((asset) => new Probe(asset, cluster));
  const live = databaseUrl ? await openBooks({ url: databaseUrl }) : null;
  const others: Array<Promise<void>> = [];
  let asking = true;
  try {
    for (const watcher of watchers) others.push(cluster.run.alongside(() => watcher.watch()));
    await cluster.run.until('every asset has its first clip', () => watchers.every((watcher) => watcher.ended.size === 1), FIRST_CLIP_MS);
    for (const server of cluster.servers) others.push(cluster.run.alongside(() => keepAsking(cluster, server, probes, () => asking)));

    const stream = watchers.map((watcher, index) => {
      const caller: Caller = { cluster, ledger, watcher, dice: world.dice(`call-${index}`), name: `${seed}-${index}` };
      return cluster.run.alongside(() => (index < watchers.length - 1 ? keepRegenerating(caller) : keepRegeneratingInWeather(caller, world.host)));
    });
    const beside = cluster.run.alongside(async () => options.beside?.(() => cluster.run.over, world.dice('beside')));
    const kills = await keepKilling({
      cluster,
      dice: world.dice('kill'),
      kills: count,
      workOf: (pids) => (live ? workOf(live, pids) : Promise.resolve(watchers.flatMap((watcher) => [...watcher.known].filter((id) => !watcher.ended.has(id))))),
      wentOn: (id, sinceMs) => watchers.some((it) => it.ended.has(id) || it.events.some((event) => event.generationId === id && event.ts > sinceMs)),
    });
    const killedForMs = Date.now() - startedAtMs;
    cluster.run.end();
    await Promise.all([...stream, beside]);
    await cluster.run.until('all generations ended', () => watchers.every((watcher) => watcher.inFlight === 0), DRAIN_MS);
    await checkLastWords(world, probes, watchers);

    asking = false;
    for (const watcher of watchers) watcher.stop();
    await Promise.all(others);
    cluster.run.check();
    const books = await settledBooks(world, databaseUrl);
    try {
      await report(books, { name, kills, probes, world, killedForMs, startedAtMs });
      const wrong = [await auditBooks(books), await auditLedger(books, ledger), await auditObjects(books, dataDir, probes), await options.alsoCheck?.(books)];
      expect(wrong.flatMap((it) => it ?? [])).toEqual([]);
      expect(auditLogs(cluster.servers)).toEqual([]);
    } finally {
      await books.close();
    }
  } catch (error) {
    cluster.run.report(error);
    throw error;
  } finally {
    asking = false;
    cluster.run.end();
    for (const watcher of watchers) watcher.stop();
    await live?.close();
    await world.close();
    await Promise.all(others);
  }
}

/** The generations whose runs dead processes still hold. */
async function workOf(books: Books, pids: number[]): Promise<string[]> {
  const rows = await books.query<{ id: string }>(`SELECT event::json -> 'data' ->> 'generation_id' AS id FROM engine_runs
    WHERE status = 'running' AND split_part(lease_owner, ':', 2) IN (${pids.map((pid) => `'${pid}'`).join(', ')})`);
  return rows.map((row) => row.id).filter(Boolean);
}

/** What the product itself says at the end: the newest clip at each server, and the month. */
async function checkLastWords({ cluster, assets, dice }: World, probes: Probe[], watchers: Watcher[]): Promise<void> {
  for (const [index, watcher] of watchers.entries()) {
    const newest = Math.max(...watcher.events.filter((event) => event.type === 'ready').map((event) => event.generation));
    for (const server of cluster.servers) await probes[index]!.ask(server);
    expect([assets[index]!.id, probes[index]!.newest]).toEqual([assets[index]!.id, newest]);
  }
  for (const account of new Set(assets.map((asset) => asset.account))) {
    const { quota } = expectJson<{ quota: { used: number } }>(await cluster.insist(dice('last'), { path: '/api/user/me', cookie: account.cookie }), 200, 'me');
    const own = watchers.filter((watcher) => watcher.asset.account === account).flatMap((watcher) => [...watcher.ended.values()]);
    expect([account.email, quota.used]).toEqual([account.email, own.filter((type) => type === 'ready').length]);
  }
}

/**
 * Ends the servers, lets hours go by for their books and files, and gives them another start to clear up in (and to
 * finish what the stop itself cut off). @returns the books when nothing is left to do, or after so many starts that something never will be
 */
async function settledBooks({ cluster, dataDir }: World, databaseUrl?: string): Promise<Books> {
  for (let starts = 1; ; starts += 1) {
    await Promise.all(cluster.servers.map((server) => server.end('SIGTERM')));
    const books = await openBooks(databaseUrl ? { url: databaseUrl } : { dataDir });
    const [left] = await books.query<{ n: number }>(`SELECT ((SELECT count(*) FROM engine_runs WHERE status IN ('queued', 'running'))
      + (SELECT count(*) FROM outbox))::int AS n`);
    if ((starts > 1 && left!.n === 0) || starts === MOST_STARTS) return books;
    // All are dead here, so a lease is nobody's; nor is the grace time of old objects waited for.
    await books.query(`UPDATE outbox SET available_at = now(), leased_until = NULL`);
    await books.close();
    await ageParts(dataDir);
    await Promise.all(cluster.servers.map((server) => server.start()));
    await cluster.run.until('the work objects are gone', async () => !(await listObjects(dataDir)).some((key) => key.startsWith('work/')), CLEAR_MS);
  }
}

interface Told {
  name: string;
  kills: Kill[];
  probes: Probe[];
  world: World;
  killedForMs: number;
  startedAtMs: number;
}

async function report(books: Books, { name, kills, probes, world, killedForMs, startedAtMs }: Told): Promise<void> {
  const entries = await readGenerations(books);
  const by = (status: string) => entries.filter((entry) => entry.status === status).length;
  const figures = {
    kills: kills.length,
    processes_killed: kills.reduce((sum, kill) => sum + kill.servers.length, 0),
    generations: { succeeded: by('succeeded'), failed: by('failed'), cancelled: by('cancelled') },
    embed_answers: probes.reduce((sum, probe) => sum + probe.answered, 0),
    kill_to_listening_s: spread(kills.flatMap((kill) => kill.startedMs)),
    kill_to_next_event_s: await resumption(books, kills),
    seconds: { killing: Math.round(killedForMs / 1000), whole: Math.round((Date.now() - startedAtMs) / 1000) },
    warnings: countWarnings(world.cluster.servers),
  };
  console.log(`${name}: ${JSON.stringify(figures)}`);
}
