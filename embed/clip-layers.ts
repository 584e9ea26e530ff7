import { ofGeneration } from './urls';

const CROSS_MS = 200;

interface Options {
  /** Videos go before it. */
  before: Node;
  /** A generation is on screen for the first time. */
  onShown(generation: number): void;
  onEnded(): void;
  /** The browser can't play it, or can't get it. */
  onBroken(): void;
  /** It must not start by itself here: a browser's setting, or a battery that is low. */
  onRefused(): void;
}

/** The clip over the poster. A new generation loads behind, and takes over when it can play. */
export class ClipLayers {
  readonly #options: Options;
  #shown: HTMLVideoElement | null = null;
  #next: HTMLVideoElement | null = null;
  /** Beneath `shown`, until that covers it. */
  #old: HTMLVideoElement | null = null;
  #rewinding: Animation | null = null;
  #generation = 0;
  #playing = false;
  /** That generation could not be had, or not played. */
  #broken = false;

  constructor(options: Options) {
    this.#options = options;
  }

  get playing(): boolean {
    return this.#playing;
  }

  get broken(): boolean {
    return this.#broken;
  }

  /** There is nothing that could play, now or when it is loaded. */
  get empty(): boolean {
    return !this.#shown && !this.#next;
  }

  /** Lets the next `load` try again what broke. */
  mend(): void {
    if (this.#broken) this.#generation = 0;
    this.#broken = false;
  }

  /** Shows that generation of the clip as soon as it can play; none is loaded twice, but for what broke. */
  load(url: string, generation: number, loop: boolean): void {
    if (generation === this.#generation) return;
    this.#generation = generation;
    this.#broken = false;
    unload(this.#next);
    const video = (this.#next = document.createElement('video'));
    // Without `muted` set first browsers let nothing play by itself.
    video.defaultMuted = video.muted = true;
    video.playsInline = true;
    video.loop = loop;
    video.preload = 'auto';
    video.crossOrigin = 'anonymous';
    video.disableRemotePlayback = true;
    video.tabIndex = -1;
    video.setAttribute('aria-hidden', 'true');
    video.addEventListener('canplay', () => video === this.#next && this.#cross(video), { once: true });
    video.addEventListener('ended', () => video === this.#shown && this.#options.onEnded());
    video.addEventListener('error', () => this.#drop(video));
    video.src = ofGeneration(url, generation);
    this.#options.before.parentNode!.insertBefore(video, this.#options.before);
    // Phones load nothing before it is to play.
    if (this.#playing) this.#play(video);
  }

  /** Lets the clip move or stand. */
  play(playing: boolean): void {
    if (playing === this.#playing) return;
    this.#playing = playing;
    for (const video of [this.#shown, this.#next]) {
      if (playing && video) this.#play(video);
      else video?.pause();
    }
  }

  /** Back to the first frame, by way of the poster beneath. */
  rewind(): void {
    const video = this.#shown;
    if (!video || video.currentTime === 0) return;
    this.#rewinding = video.animate({ opacity: [1, 0] }, CROSS_MS);
    this.#rewinding.onfinish = () => void (video.currentTime = 0);
  }

  /** Leaves the poster alone. */
  clear(): void {
    for (const video of [this.#shown, this.#next, this.#old]) unload(video);
    this.#shown = this.#next = this.#old = null;
    this.#generation = 0;
    this.#playing = this.#broken = false;
  }

  #play(video: HTMLVideoElement): void {
    this.#rewinding?.cancel();
    video.play().catch((error: Error) => error.name === 'NotAllowedError' && this.#options.onRefused());
  }

  #cross(video: HTMLVideoElement): void {
    unload(this.#old);
    const old = (this.#old = this.#shown);
    this.#shown = video;
    this.#next = null;
    video.classList.add('on');
    // Until the new one covers it the old one stays beneath, so that nothing shines through.
    if (old) video.animate({ opacity: [0, 1] }, CROSS_MS).onfinish = () => unload(old);
    if (!this.#playing) video.pause();
    this.#options.onShown(this.#generation);
  }

  #drop(video: HTMLVideoElement): void {
    if (video === this.#next) this.#next = null;
    else if (video === this.#shown) this.#shown = null;
    else return;
    unload(video);
    // A next one is on its way to the place of the one that was shown.
    this.#broken = !this.#next;
    this.#options.onBroken();
  }
}

/** Takes a video off the page, and its connection and decoder from the browser. */
function unload(video: HTMLVideoElement | null): void {
  if (!video) return;
  video.remove();
  video.removeAttribute('src');
  video.load();
}
