import { RenderError } from './render-error';

/** What a clip from elsewhere may be. Within these every step stays below seconds and some 100 MB. */
export const CLIP_LIMITS = {
  bytes: 200 * 1024 * 1024,
  shortestSide: 128,
  longestSide: 4096,
  seconds: 60,
  frames: 3_600,
  /** Of all frames together: a minute of 1080p at 30 frames a second. */
  pixels: 3.8e9,
} as const;

/** The error for a clip that can't be used; the sentence is shown to people. */
export const unsupported = (sentence: string) => new RenderError('clip_unsupported', sentence);

/** Refuses a clip that is too large or too long to be read. Throws RenderError `clip_unsupported` that says which. */
export function checkLimits(clip: { width: number; height: number; frames: number; durationMs: number }): void {
  const { width, height, frames, durationMs } = clip;
  const { longestSide, seconds, frames: most, pixels } = CLIP_LIMITS;
  if (!(Math.min(width, height) >= 1 && Math.max(width, height) <= longestSide)) throw wrongSize(width, height);
  if (!frames) throw unsupported('The clip has no frames.');
  if (!(durationMs <= seconds * 1000)) throw unsupported(`The clip is longer than ${seconds} s.`);
  if (frames > most) throw unsupported(`The clip has more than ${most} frames.`);
  if (width * height * frames > pixels) throw unsupported(`The clip is too large: ${frames} frames of ${width}x${height}.`);
}

/** Refuses a model's clip that shows too little; our own of a very long picture may be lower. Throws RenderError `clip_unsupported`. */
export function checkLargeEnough({ width, height }: { width: number; height: number }): void {
  if (Math.min(width, height) < CLIP_LIMITS.shortestSide) throw wrongSize(width, height);
}

const wrongSize = (width: number, height: number) =>
  unsupported(`The clip is ${width}x${height}: its sides must be ${CLIP_LIMITS.shortestSide} to ${CLIP_LIMITS.longestSide} pixels.`);

/** Refuses a clip of which too little is there to fill the asked time. Throws RenderError `clip_unsupported`. */
export function checkLongEnough(durationMs: number, askedMs: number): void {
  if (durationMs * 2 >= askedMs) return;
  throw unsupported(`The clip is ${round(durationMs)} s long, shorter than half of the asked ${round(askedMs)} s.`);
}

const round = (ms: number) => Math.round(ms / 10) / 100;
