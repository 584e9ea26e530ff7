import { type ClipState, readState, unreachable } from './clip-state';
import { type EventStream, openStream } from './event-streams';
import { eventsUrl } from './urls';

/** A finished clip in view is asked for its generation this often; the answer is the edge's, a few hundred bytes. */
const CHECK_MS = 30_000;
/** A clip in the making that has no place among the event streams. */
const POLL_MS = 3_000;
/** What was asked less than this ago is not asked again when it comes into view. */
const FRESH_MS = 2_000;
/** Nothing is asked more seldom, however often it was refused or has failed, and whatever a server says. */
const SELDOM_MS = 600_000;

/** One element that shows the clip. */
export interface Viewer {
  /** In sight: only then is anything asked or listened to. */
  visible(): boolean;
  /** Wants to hear of a regenerate at once, at the price of a stream for as long as it is in sight. */
  live(): boolean;
  /** Couldn't get or play the clip that it was shown last. */
  lacking(): boolean;
  show(state: ClipState): void;
}

const sources = new Map<string, ClipSource>();

/** Keeps a viewer informed of an embed URL until it leaves. Viewers of one URL share requests and stream. */
export function watch(url: string, viewer: Viewer): ClipSource {
  let source = sources.get(url);
  if (!source) sources.set(url, (source = new ClipSource(url)));
  source.join(viewer);
  return source;
}

/** An embed URL, asked as seldom as will do, while somebody looks. */
export class ClipSource {
  readonly #url: string;
  readonly #viewers = new Set<Viewer>();
  #state: ClipState | null = null;
  #stream: EventStream | null = null;
  #asking: AbortController | null = null;
  #askedAt = -Infinity;
  #timer = 0;
  /** A generation that an event announced and the embed URL does not serve yet: the edge's purge takes a moment. */
  #due = 0;
  #tries = 0;

  constructor(url: string) {
    this.#url = url;
  }

  join(viewer: Viewer): void {
    this.#viewers.add(viewer);
    if (this.#state) viewer.show(this.#state);
    this.attend(viewer);
  }

  leave(viewer: Viewer): void {
    this.#viewers.delete(viewer);
    this.attend(viewer);
    if (this.#viewers.size === 0 && sources.get(this.#url) === this) sources.delete(this.#url);
  }

  /** To be called when a viewer came into sight or went out of it, and when it changed what it wants. */
  attend(viewer: Viewer): void {
    if (!this.#isWatched()) return this.#rest();
    this.#listen();
    // Who comes into sight wants to know, after a refusal as well.
    if (viewer.visible() && this.#viewers.has(viewer) && !this.#asking) this.#askIn(Math.max(0, this.#askedAt + FRESH_MS - performance.now()));
  }

  /** To be called when a viewer has come to lack its clip: it will be shown it again. */
  retry(): void {
    if (this.#isWatched() && !this.#asking) this.#askIn(this.#delay());
  }

  /** Asks now, whoever looks. */
  async refresh(): Promise<void> {
    this.#tries = 0;
    await this.#ask();
  }

  #rest(): void {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#asking = null;
    this.#stream?.close();
    this.#stream = null;
  }

  #askIn(ms: number): void {
    clearTimeout(this.#timer);
    if (ms < Infinity) this.#timer = window.setTimeout(() => void this.#ask(), ms);
  }

  async #ask(): Promise<void> {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    const asking = (this.#asking = new AbortController());
    const state = await this.#fetchState(asking.signal);
    if (this.#asking !== asking) return;
    this.#asking = null;
    this.#askedAt = performance.now();
    const { status, code, retryAfter } = state;
    // A server that is away or says no takes no clip from the page.
    const kept = (status === 'waiting' || status === 'error') && this.#state?.generation ? { ...this.#state, status, code, retryAfter } : state;
    this.#tries = this.#isLate(kept) || isRefusal(kept) ? this.#tries + 1 : 0;
    this.#state = kept;
    for (const viewer of [...this.#viewers]) viewer.show(kept);
    if (this.#asking || !this.#isWatched()) return;
    this.#listen();
    this.#askIn(this.#delay());
  }

  async #fetchState(signal: AbortSignal): Promise<ClipState> {
    const ask = (method: string) => fetch(this.#url, { method, cache: 'no-cache', credentials: 'omit', signal });
    try {
      let answer = await ask('HEAD');
      // HEAD has no effects: what nobody has asked for yet is not there. A GET, as any <video> sends it, starts it.
      if (answer.status === 404) {
        answer = await ask('GET');
        await answer.body?.cancel();
      }
      return readState(answer);
    } catch {
      return unreachable;
    }
  }

  #isWatched = () => [...this.#viewers].some((viewer) => viewer.visible());
  #isLate = (state: ClipState | null) =>
    this.#due > (state?.generation ?? 0) || [...this.#viewers].some((viewer) => viewer.lacking());

  /** How long to wait before the next question. */
  #delay(): number {
    const state = this.#state;
    if (!state) return 0;
    const { status, generation, retryAfter } = state;
    if (retryAfter && status === 'waiting') return Math.min(SELDOM_MS, retryAfter * 1000);
    if (this.#isLate(state)) return Math.min(CHECK_MS, 500 * 2 ** this.#tries);
    if (status === 'pending' && !this.#stream?.open) return POLL_MS;
    // Whether there is anything to be had here it has said already.
    if (status === 'error' && !generation) return Infinity;
    return isRefusal(state) ? Math.min(SELDOM_MS, CHECK_MS * 2 ** (this.#tries - 1)) : CHECK_MS;
  }

  /** Holds a stream while a first clip is in the making, or for viewers that asked for one. */
  #listen(): void {
    const { status, assetId } = this.#state ?? unreachable;
    const url = eventsUrl(this.#url, assetId);
    const wanted = url !== null && (status === 'pending' || [...this.#viewers].some((viewer) => viewer.visible() && viewer.live()));
    if (!wanted) {
      this.#stream?.close();
      this.#stream = null;
      return;
    }
    this.#stream ??= openStream(url, (type, generation) => {
      if (type === 'ready') this.#due = Math.max(this.#due, generation);
      if (this.#isLate(this.#state) || this.#state?.status === 'pending') void this.#ask();
    });
  }
}

/** An answer that will hardly be another one soon. */
const isRefusal = ({ status }: ClipState) => status === 'failed' || status === 'error';
