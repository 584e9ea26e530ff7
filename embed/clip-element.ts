import { paintFresh } from './fresh-poster';
import { ClipLayers } from './clip-layers';
import { type ClipSource, type Viewer, watch } from './clip-source';
import type { ClipState } from './clip-state';
import { watchEngagement } from './engagement';
import { shouldPlay, type Situation, wantsClip } from './play-policy';
import { adopt, roomFor } from './style';
import { absoluteUrl, posterUrl } from './urls';

/** How much of the element, or of the viewport's height, is to be seen before `animate-in` begins. */
const ENTERED = 0.25;
/** When to look whether it is: of a very tall element a small part fills that much of the viewport. */
const THRESHOLDS = [0, ...Array.from({ length: 20 }, (_, step) => ENTERED * 0.8 ** step)];

/**
 * `<motioness-clip src="https://…/v1/KEY/SOURCE.mp4" alt="…" width="…" height="…">`: poster first, the clip when there
 * is one, the next one after a regenerate. docs/embedding.md has its attributes, events and habits.
 */
export class MotionessClip extends HTMLElement {
  static readonly observedAttributes = ['src', 'alt', 'width', 'height', 'mode', 'live'];

  readonly #root = this.attachShadow({ mode: 'open' });
  readonly #setStyle = adopt(this.#root);
  readonly #poster = new Image();
  /** The poster of a later generation, over the one that the page came with. */
  readonly #fresh = document.createElement('canvas');
  readonly #control = document.createElement('button');
  readonly #layers = new ClipLayers({
    before: this.#control,
    onShown: (generation) => this.#tell('shown', { generation }),
    onEnded: () => this.#change({ ended: true, choice: null }),
    onBroken: () => this.#lack(),
    onRefused: () => this.#change({ choice: 'pause' }),
  });
  readonly #viewer: Viewer = {
    visible: () => this.#situation.onScreen,
    live: () => this.live,
    lacking: () => this.#layers.broken,
    show: (state) => this.#show(state),
  };
  #url = '';
  #source: ClipSource | null = null;
  #state: ClipState | null = null;
  #situation: Situation = fresh();
  /** Ends all listening outside of this element. */
  #connected: AbortController | null = null;
  #intersecting = false;
  #isEngaged = () => false;

  constructor() {
    super();
    this.#poster.decoding = 'async';
    this.#control.type = 'button';
    this.#control.hidden = true;
    this.#control.part.add('control');
    this.#control.addEventListener('click', (event) => {
      // Also inside of a link.
      event.preventDefault();
      const choice = this.#layers.playing ? 'pause' : 'play';
      // Who asks for it has it tried again at once.
      this.#layers.mend();
      this.#change({ choice });
    });
    const slot = document.createElement('slot');
    // An <img> of the page's own, there before this script was, is the poster.
    slot.addEventListener('slotchange', () => this.#image() !== this.#poster && this.#poster.remove());
    this.#root.append(slot, this.#control);
  }

  /** Asks now whether there is another clip; useful right after a regenerate. */
  async refresh(): Promise<void> {
    await this.#source?.refresh();
  }

  /** What is known of the clip, or null before the first answer. */
  get state(): Readonly<ClipState> | null {
    return this.#state;
  }

  get live(): boolean {
    return this.hasAttribute('live');
  }

  // React sets a property where there is one.
  set live(live: boolean) {
    this.toggleAttribute('live', live);
  }

  connectedCallback(): void {
    const { signal } = (this.#connected = new AbortController());
    const reduced = matchMedia('(prefers-reduced-motion: reduce)');
    this.#situation = { ...fresh(), reduced: reduced.matches };
    reduced.addEventListener('change', () => this.#change({ reduced: reduced.matches, choice: null }), { signal });
    document.addEventListener('visibilitychange', () => this.#look(), { signal });
    const observer = new IntersectionObserver(([...entries]) => this.#meet(entries.at(-1)!), { threshold: THRESHOLDS });
    observer.observe(this);
    signal.addEventListener('abort', () => observer.disconnect());
    this.#isEngaged = watchEngagement(this, this.#control, signal, (engaged) => this.#engage(engaged));
    this.#resize();
    this.#open();
  }

  disconnectedCallback(): void {
    this.#connected?.abort();
    this.#connected = null;
    this.#intersecting = false;
    this.#close();
  }

  attributeChangedCallback(name: string): void {
    if (!this.#connected) return;
    if (name === 'src') this.#open();
    else if (name === 'live') this.#source?.attend(this.#viewer);
    else if (name === 'mode') this.#reload();
    else this.#resize();
  }

  #show(state: ClipState): void {
    const before = this.#state;
    this.#state = state;
    const { status, generation, assetId, mode, code } = state;
    if (generation && generation !== before?.generation) {
      this.#situation.ended = false;
      if (before?.generation) void this.#renewPoster();
    }
    if (status !== before?.status || generation !== before.generation) {
      this.#tell(status === 'failed' || status === 'waiting' ? 'error' : status, { assetId, generation, mode, code });
    }
    // What is there for the asking is worth another try, if it broke.
    if (status === 'ready') this.#layers.mend();
    this.#apply();
  }

  #lack(): void {
    this.#tell('error', { code: 0 });
    this.#apply();
    this.#source?.retry();
  }

  #open(): void {
    this.#close();
    const url = absoluteUrl(this.getAttribute('src') ?? '');
    if (!url) return;
    this.#url = url;
    if (this.#image() === this.#poster) {
      this.#poster.src = posterUrl(this.#url);
      this.#root.prepend(this.#poster);
    }
    this.#source = watch(this.#url, this.#viewer);
  }

  #close(): void {
    this.#source?.leave(this.#viewer);
    this.#source = this.#state = null;
    this.#layers.clear();
    this.#fresh.remove();
    this.#control.hidden = true;
    this.#situation = { ...this.#situation, ended: false, choice: null, onScreen: this.#intersecting && !document.hidden };
  }

  #meet({ isIntersecting, intersectionRatio, intersectionRect }: IntersectionObserverEntry): void {
    this.#intersecting = isIntersecting;
    if (isIntersecting && (intersectionRatio >= ENTERED || intersectionRect.height >= ENTERED * innerHeight)) this.#situation.entered = true;
    this.#look();
  }

  #look(): void {
    const onScreen = this.#intersecting && !document.hidden;
    const changed = onScreen !== this.#situation.onScreen;
    this.#change({ onScreen });
    if (changed) this.#source?.attend(this.#viewer);
  }

  #engage(engaged: boolean): void {
    if (this.#mode() !== 'animate-on-hover') return;
    this.#change({ engaged, ended: false, choice: null });
    if (!engaged) this.#layers.rewind();
  }

  #change(change: Partial<Situation>): void {
    Object.assign(this.#situation, change);
    this.#apply();
  }

  #mode = () => this.getAttribute('mode') ?? this.#state?.mode ?? 'loop';

  #apply(): void {
    const mode = this.#mode();
    if (mode !== this.#situation.mode) Object.assign(this.#situation, { mode, engaged: this.#isEngaged() });
    const generation = this.#state?.generation ?? 0;
    if (generation && wantsClip(this.#situation)) this.#layers.load(this.#url, generation, mode === 'loop');
    else this.#layers.clear();
    const playing = !this.#layers.empty && shouldPlay(this.#situation);
    this.#layers.play(playing);
    this.#control.hidden = generation === 0;
    this.#control.classList.toggle('on', playing);
    const label = this.getAttribute(playing ? 'pause-label' : 'play-label') ?? (playing ? 'Pause animation' : 'Play animation');
    const { alt } = this.#image();
    this.#control.setAttribute('aria-label', alt ? `${label}: ${alt}` : label);
  }

  /** The page's own, or the one made here. */
  #image = () => this.querySelector('img') ?? this.#poster;

  #reload(): void {
    this.#layers.clear();
    this.#apply();
  }

  #resize(): void {
    const side = (name: string) => parseInt(this.getAttribute(name) ?? '', 10) || 0;
    this.#setStyle(roomFor(side('width'), side('height')));
    this.#poster.alt = this.getAttribute('alt') ?? '';
  }

  async #renewPoster(): Promise<void> {
    const source = this.#source;
    if ((await paintFresh(this.#fresh, posterUrl(this.#url))) && this.#source === source) this.#root.querySelector('slot')!.after(this.#fresh);
  }

  #tell(name: string, detail: object): void {
    this.dispatchEvent(new CustomEvent(`motioness:${name}`, { bubbles: true, composed: true, detail }));
  }
}

const fresh = (): Situation => ({
  mode: 'loop', onScreen: false, entered: false, engaged: false, ended: false, reduced: false, choice: null,
});
