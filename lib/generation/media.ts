import type { Aspect } from '../assets/params';

export interface Poster {
  jpg: Uint8Array;
  width: number;
  height: number;
  /** A tiny blurred `data:` URL (< 1 kB) to show until the poster is there. */
  blurDataUrl: string;
}

export interface Clip {
  mp4: Uint8Array;
  width: number;
  height: number;
  durationMs: number;
}

/** What is done to pictures and clips whoever made them. */
export interface Media {
  /** The clip's rest frame as JPEG. */
  poster(source: Uint8Array, aspect: Aspect): Promise<Poster>;
  /** Checks that a clip is what we promise: H.264, yuv420p, no audio, exactly the duration. @throws PipelineError */
  finish(mp4: Uint8Array, promise: { durSeconds: number }): Promise<Clip>;
}
