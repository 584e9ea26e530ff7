/**
 * The local renderer: a still image becomes a short silent clip. All work is done in worker threads; this file and
 * what it imports load no native module.
 */
import { closeRenderPool, renderPool } from './pool';
import type { Aspect, ClipInfo, ImageTraits, MergeOptions, Poster, RenderJob, RenderOptions, RenderResult } from './types';

export type {
  Aspect,
  ClipInfo,
  ImageTraits,
  MergeOptions,
  Mode,
  MotionLevel,
  NamedColour,
  Poster,
  RenderJob,
  RenderOptions,
  RenderResult,
  Segment,
} from './types';
export { parseDirections, type Directions } from './directions';
export { isRenderError, RenderError, type RenderErrorCode } from './render-error';

/** Renders a clip. Same job, same bytes. Rejects with a RenderError: `source_unsupported`, `cancelled`, `renderer_crashed` … */
export function renderClip(job: RenderJob, options?: RenderOptions): Promise<RenderResult> {
  return renderPool().run('render', job, options);
}

/** Joins a forward and a back clip to one seamless loop of exactly `durationMs`. */
export function mergeLoop(forward: Uint8Array, back: Uint8Array, options: MergeOptions, run?: RenderOptions): Promise<RenderResult> {
  return renderPool().run('merge', { forward, back, options }, run);
}

/** A one-second clip that only shows the poster. */
export async function renderStill(poster: Uint8Array, options?: RenderOptions & { seconds?: number }): Promise<Uint8Array> {
  return (await renderPool().run('still', { poster, seconds: options?.seconds }, options)).mp4;
}

/** The poster: the source in the same framing as a clip's rest frame, with a blur placeholder. */
export function makePoster(source: Uint8Array, options: { aspect: Aspect; maxLongSide?: number }): Promise<Poster> {
  return renderPool().run('poster', { source, ...options });
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
