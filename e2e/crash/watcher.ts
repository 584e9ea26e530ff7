import { Readable } from 'node:stream';
import type { CrashAsset } from './accounts';
import type { Cluster } from './cluster';
import type { Dice } from './dice';

export interface SeenEvent {
  seq: number;
  type: string;
  generationId: string;
  generation: number;
  /** When it was written, Unix ms. */
  ts: number;
}

export const TERMINAL: readonly string[] = ['ready', 'failed', 'cancelled'];
/** The stream answers within a ping's time or is broken; longer than that there is no life in it. */
const SILENCE_MS = 40_000;

/**
 * An asset's event stream, read from its first event across every death of a server, from whichever is up.
 * Reports an event that is missing or comes twice.
 */
export class Watcher {
  readonly events: SeenEvent[] = [];
  readonly ended = new Map<string, string>();
  /** Accepted as far as the caller knows: their answers may come before or after their events. */
  readonly known = new Set<string>();
  #stopped = false;
  #request: AbortController | null = null;

  constructor(
    readonly asset: CrashAsset,
    private readonly cluster: Cluster,
    private readonly dice: Dice,
  ) {}

  /** How many generations are known to wait or run. */
  get inFlight(): number {
    return [...this.known].filter((id) => !this.ended.has(id)).length;
  }

  stop(): void {
    this.#stopped = true;
    this.#request?.abort();
  }

  async watch(): Promise<void> {
    while (!this.#stopped) {
      const server = await this.cluster.anyUp(this.dice);
      const { lives } = server;
      this.#request = new AbortController();
      try {
        await this.read(server.url);
      } catch (error) {
        if (this.#stopped) return;
        if (server.up && server.lives === lives && !(error instanceof DOMException)) throw error;
      }
    }
  }

  private async read(url: string): Promise<void> {
    const request = this.#request!;
    let timer = setTimeout(() => request.abort(), SILENCE_MS);
    try {
      const headers = { 'Last-Event-ID': String(this.events.length) };
      const answer = await fetch(url + this.asset.events, { headers, signal: request.signal });
      if (answer.status !== 200) throw new Error(`the event stream answered ${answer.status}`);
      let text = '';
      for await (const chunk of Readable.fromWeb(answer.body as never).setEncoding('utf8') as AsyncIterable<string>) {
        clearTimeout(timer);
        timer = setTimeout(() => request.abort(), SILENCE_MS);
        const frames = (text + chunk).split('\n\n');
        text = frames.pop()!;
        for (const frame of frames) this.take(frame);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  private take(frame: string): void {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(frame)?.[1];
    if (!field('id')) return;
    const seq = Number(field('id'));
    const data = JSON.parse(field('data')!) as { generation: number; generation_id: string; ts: number };
    const event = { seq, type: field('event')!, generationId: data.generation_id, generation: data.generation, ts: data.ts };
    if (seq !== this.events.length + 1) {
      return this.cluster.run.report(new Error(`event ${seq} of ${this.asset.id} came after ${this.events.length}: ${JSON.stringify(event)}`));
    }
    this.events.push(event);
    this.known.add(event.generationId);
    if (TERMINAL.includes(event.type)) this.ended.set(event.generationId, event.type);
  }
}
