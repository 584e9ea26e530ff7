export type MotionLevel = 'subtle' | 'medium' | 'kinetic';
export type Mode = 'loop' | 'animate-in' | 'animate-on-hover';
export type Aspect = 'preserve' | '1:1' | '16:9' | '9:16';
export type Segment = 'whole' | 'forward' | 'back';

/** What to render. The source is encoded bytes (png, jpeg, webp) that were already validated. */
export interface RenderJob {
  source: Uint8Array;
  motion: MotionLevel;
  mode: Mode;
  /** 2..8, whole seconds */
  durationSeconds: number;
  /** 0..2147483647 */
  seed: number;
  aspect: Aspect;
  /** Its camera words ("pan left", "zoom out") override what the seed would choose. */
  prompt: string;
  /** Loops may be rendered as a forward and a back stage and joined by `mergeLoop`. */
  segment: Segment;
  /** Frames a second, default 24. */
  fps?: number;
  /** Pixels, default 1280 (720p class). */
  maxLongSide?: number;
}

/** A finished clip: MP4, H.264, yuv420p, faststart, no audio. */
export interface RenderResult {
  mp4: Uint8Array;
  width: number;
  height: number;
  fps: number;
  frames: number;
  durationMs: number;
  /** Milliseconds from the pool accepting the job to the first frame being rendered. */
  firstFrameMs: number;
}

export interface RenderOptions {
  signal?: AbortSignal;
  /** Called with 0..1, never decreasing. */
  onProgress?: (fraction: number) => void;
}

/** How two stages become one loop. */
export interface MergeOptions {
  durationMs: number;
  /** native: back ends on forward's first frame. crossfade: it doesn't, so the last 200 ms blend into it. */
  kind: 'native' | 'crossfade';
  /** Of the loop; default `preserve`, which is forward's. */
  aspect?: Aspect;
  /** Exactly this size instead; even, at most 1280 a side. */
  size?: { width: number; height: number };
}

/** What a clip from elsewhere is to become. */
export interface ConformOptions {
  /** `preserve`: the clip's own. Otherwise cut around the centre. */
  aspect: Aspect;
  /** Whole seconds in milliseconds, or null: its own length, as a stage of a loop that is encoded once more. */
  durationMs: number | null;
  /** trim (default): its beginning; too short a clip is stretched. stretch: the whole clip, faster or slower. */
  time?: 'trim' | 'stretch';
  /** Exactly this size instead of the aspect; even, at most 1280 a side. */
  size?: { width: number; height: number };
}

export type ClipMoment = 'first' | 'last' | { atMs: number };

export interface Picture {
  bytes: Uint8Array;
  width: number;
  height: number;
}

/** Mean absolute luma differences (0..255) of a loop, before it is encoded. */
export interface Seam {
  /** Between the last frame and the first. */
  difference: number;
  /** Between neighbouring frames, on average: a seam that isn't seen is about as large. */
  step: number;
}

export interface MergeResult extends RenderResult {
  /** Absent when our own stages were joined by their packets: nothing was decoded, and they meet by construction. */
  seam?: Seam;
}

export interface Poster {
  jpg: Uint8Array;
  width: number;
  height: number;
  /** A `data:` URL under 1 kB, to show while the poster loads. */
  blurDataUrl: string;
}

export interface ClipInfo {
  codec: string;
  pixelFormat: string;
  width: number;
  height: number;
  fps: number;
  frames: number;
  durationMs: number;
  hasAudio: boolean;
  faststart: boolean;
}

export interface NamedColour {
  /** `#rrggbb` */
  hex: string;
  /** A plain English word or two, such as "deep teal". */
  name: string;
  /** Part of the picture, 0..1. */
  share: number;
}

/** What the prompt describer may say about a picture. Numbers are 0..1 unless told otherwise. */
export interface ImageTraits {
  width: number;
  height: number;
  orientation: 'landscape' | 'portrait' | 'square';
  colours: NamedColour[];
  brightness: number;
  contrast: number;
  saturation: number;
  /** -1 cold .. 1 warm */
  warmth: number;
  /** 0 smooth .. 1 busy */
  detail: number;
  /** Where the eye goes, as a fraction of width and height. */
  focal: { x: number; y: number };
}

/** Planar 4:2:0 pixels, BT.709 limited range: luma, then the two quarter-size chroma planes. */
export interface Yuv {
  width: number;
  height: number;
  y: Uint8Array;
  u: Uint8Array;
  v: Uint8Array;
}
