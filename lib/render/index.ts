/**
 * The local renderer: a still image becomes a short silent clip. All work is done in worker threads; this file and
 * what it imports load no native module.
 */
import { closeRenderPool, renderPool } from './pool';
import type {
  Aspect,
  ClipInfo,
  ClipMoment,
  ConformOptions,
  ImageTraits,
  MergeOptions,
  MergeResult,
  Picture,
  Poster,
  RenderJob,
  RenderOptions,
  RenderResult,
  Seam,
} from './types';

export type {
  Aspect,
  ClipInfo,
  ClipMoment,
  ConformOptions,
  ImageTraits,
  MergeOptions,
  MergeResult,
  Mode,
  MotionLevel,
  NamedColour,
  Picture,
  Poster,
  RenderJob,
  RenderOptions,
  RenderResult,
  Seam,
  Segment,
} from './types';
export { parseDirections, type Directions } from './directions';
export { isRenderError, RenderError, type RenderErrorCode } from './render-error';

/** Renders a clip. Same job, same bytes. Rejects with a RenderError: `source_unsupported`, `cancelled`, `renderer_crashed` … */
export function renderClip(job: RenderJob, options?: RenderOptions): Promise<RenderResult> {
  return renderPool().run('render', job, options);
}

/**
 * Joins a forward and a back clip, of whatever size, rate and length, to one seamless loop of exactly `durationMs` (whole
 * seconds). The seam is measured on the way. Rejects with a RenderError: `clip_unsupported`, `cancelled` …
 */
export function mergeLoop(forward: Uint8Array, back: Uint8Array, options: MergeOptions, run?: RenderOptions): Promise<MergeResult> {
  return renderPool().run('merge', { forward, back, options }, run);
}

/**
 * Any MP4 becomes a clip as every one leaves: H.264, yuv420p, BT.709, faststart, no sound, a constant rate of 12 to 30,
 * upright, square pixels, in the asked framing and of exactly the asked duration. Rejects with a RenderError:
 * `clip_unsupported` says which limit the clip breaks (`clip-limits.ts`).
 */
export function conformClip(mp4: Uint8Array, options: ConformOptions, run?: RenderOptions): Promise<RenderResult> {
  return renderPool().run('conform', { mp4, options }, run);
}

/** One picture of a clip (JPEG of quality 95 unless told otherwise), upright, at most 1280 pixels a side. Rejects as `conformClip`. */
export function clipFrame(mp4: Uint8Array, moment: ClipMoment, options: RenderOptions & { format?: 'jpeg' | 'png' } = {}): Promise<Picture> {
  return renderPool().run('clipFrame', { mp4, moment, format: options.format ?? 'jpeg' }, options);
}

/** How well a loop's end meets its start, read from the finished clip. Rejects as `conformClip`. */
export function measureSeam(mp4: Uint8Array, run?: RenderOptions): Promise<Seam> {
  return renderPool().run('seam', { mp4 }, run);
}

/** A one-second clip that only shows the poster. */
export async function renderStill(poster: Uint8Array, options?: RenderOptions & { seconds?: number }): Promise<Uint8Array> {
  return (await renderPool().run('still', { poster, seconds: options?.seconds }, options)).mp4;
}

/** The poster: the source in the same framing as a clip's rest frame, with a blur placeholder. */
export function makePoster(source: Uint8Array, options: { aspect: Aspect; maxLongSide?: number }): Promise<Poster> {
  return renderPool().run('poster', { source, ...options });
}

/** The poster's picture as a JPEG of quality 92, long side at most 1280: what is sent to a model. Rejects with `source_unsupported`. */
export function sourceFrame(source: Uint8Array, aspect: Aspect): Promise<Picture> {
  return renderPool().run('sourceFrame', { source, aspect });
}

/** A clip's facts, read from its container. */
export function inspectClip(mp4: Uint8Array): Promise<ClipInfo> {
  return renderPool().run('inspect', { mp4 });
}

/** Colours, light, orientation and focal point of a picture, for the prompt describer. */
export function analyseImage(source: Uint8Array): Promise<ImageTraits> {
  return renderPool().run('analyse', { source });
}

/** Starts the workers and compiles their hot loops, so that the first customer doesn't wait for it. */
export function warmRenderer(): Promise<void> {
  return renderPool().warm();
}

/** Stops the workers; what is running is rejected. */
export function closeRenderer(): Promise<void> {
  return closeRenderPool();
}
