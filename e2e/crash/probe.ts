import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Server } from '../support/processes';
import type { CrashAsset } from './accounts';
import { type Cluster, textOf } from './cluster';

/** Viewers do not come in a row without a gap; without one they would take the processor from the work. */
const PACE_MS = 10;

interface Clip {
  sha256: string;
  etag: string;
}

/** What one asset's embed URL gave so far. */
export class Probe {
  /** By generation number. */
  readonly clips = new Map<number, Clip>();
  newest = 1;
  answered = 0;

  constructor(
    readonly asset: CrashAsset,
    private readonly cluster: Cluster,
  ) {}

  /**
   * Asks the embed URL: what comes must be 200, whole, of one generation, and of none older than an answer that had come
   * before this question was asked. @throws otherwise
   */
  async ask(server: Server): Promise<void> {
    const atLeast = this.newest;
    const answer = await this.cluster.call(server, { path: this.asset.embed });
    if (!answer) return;
    const { status, headers, body } = answer;
    const wrong = (what: string) => new Error(`the embed of ${this.asset.id} at ${server.url}: ${what}`);
    if (status !== 200) throw wrong(`${status} ${textOf(answer).slice(0, 300)}`);
    if (body.byteLength !== Number(headers.get('content-length'))) throw wrong(`${body.byteLength} of ${headers.get('content-length')} bytes`);
    const generation = Number(headers.get('x-motioness-generation'));
    if (!(generation >= atLeast)) throw wrong(`generation ${generation} after ${atLeast}`);
    const clip = { sha256: createHash('sha256').update(body).digest('hex'), etag: headers.get('etag') ?? '' };
    const first = this.clips.get(generation) ?? clip;
    if (first.sha256 !== clip.sha256 || first.etag !== clip.etag) throw wrong(`generation ${generation} is not what it was: ${JSON.stringify([first, clip])}`);
    const other = [...this.clips].find(([number, it]) => number !== generation && it.sha256 === clip.sha256);
    if (other) throw wrong(`generations ${generation} and ${other[0]} are the same bytes`);
    this.clips.set(generation, clip);
    this.newest = Math.max(this.newest, generation);
    this.answered += 1;
  }
}

/** Asks one server for one embed after the other while the run lasts. */
export async function keepAsking(cluster: Cluster, server: Server, probes: Probe[], goOn: () => boolean): Promise<void> {
  for (let turn = 0; goOn(); turn += 1) {
    if (server.up) await probes[turn % probes.length]!.ask(server);
    await pause(PACE_MS);
    cluster.run.check();
  }
}
