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

/** How well a loop closes, in mean absolute luma differences (0..255): between its last frame and its first, and between neighbours. */
export interface Seam {
  difference: number;
  step: number;
}

export interface ConformRequest {
  aspect: Aspect;
  /** Whole seconds. null: the clip's own length, for a stage of a loop; its merge fits it in. */
  durSeconds: number | null;
  /** Exactly this size instead of the aspect: the poster's, say. */
  size?: { width: number; height: number };
}

export interface MergeRequest {
  durSeconds: number;
  /** native: back ends on forward's first frame. crossfade: it doesn't, so the last 200 ms blend into it. */
  kind: 'native' | 'crossfade';
}

/** For work that takes seconds. Progress is 0..1. */
export interface MediaOptions {
  signal?: AbortSignal;
  onProgress?: (fraction: number) => void;
}

/** What is done to pictures and clips whoever made them. */
export interface Media {
  /** The clip's rest frame as JPEG. */
  poster(source: Uint8Array, aspect: Aspect): Promise<Poster>;
  /** The poster's picture with little loss (JPEG, long side at most 1280): what is sent to a model. @throws PipelineError */
  frame(source: Uint8Array, aspect: Aspect): Promise<Uint8Array>;
  /**
   * Any MP4 from elsewhere as every clip leaves: H.264, yuv420p, faststart, no audio, the asked aspect, exactly the asked
   * duration. @throws PipelineError i2v_failed, for good, with a sentence that says why a clip can't be used
   */
  conform(mp4: Uint8Array, request: ConformRequest, options?: MediaOptions): Promise<Clip>;
  /** A clip's last picture as JPEG, upright: where the second stage of a loop goes on. @throws PipelineError like `conform` */
  lastFrame(mp4: Uint8Array, options?: MediaOptions): Promise<Uint8Array>;
  /**
   * Joins two stages, of whatever length, to one loop of exactly the asked duration, as it leaves.
   * @returns the loop, with its seam where pictures had to be joined. @throws PipelineError like `conform`
   */
  merge(forward: Uint8Array, back: Uint8Array, request: MergeRequest, options?: MediaOptions): Promise<Clip & { seam?: Seam }>;
  /** Checks that a clip is what we promise: H.264, yuv420p, no audio, exactly the duration. @throws PipelineError */
  finish(mp4: Uint8Array, promise: { durSeconds: number }): Promise<Clip>;
}
