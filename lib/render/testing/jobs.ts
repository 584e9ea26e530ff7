import { decodeClip, type DecodedClip } from '../decode';
import { renderClipHere, type RenderedClip } from '../render-clip';
import type { RenderJob } from '../types';
import { texturedPicture } from './pictures';

let picture: Promise<Uint8Array> | undefined;

/** A small quick job on a picture that can be measured; anything may be overridden. */
export async function smallJob(change: Partial<RenderJob> = {}): Promise<RenderJob> {
  return {
    source: await (picture ??= texturedPicture()),
    motion: 'medium',
    mode: 'loop',
    durationSeconds: 2,
    seed: 11,
    aspect: 'preserve',
    prompt: '',
    segment: 'whole',
    fps: 12,
    maxLongSide: 480,
    ...change,
  };
}

/** Renders a job on this thread, without a pool. */
export async function renderHere(job: RenderJob): Promise<RenderedClip> {
  return renderClipHere(job, { cancelled: () => false, onFrame: () => undefined });
}

/** Renders and decodes a small job. */
export async function framesOf(change: Partial<RenderJob> = {}): Promise<DecodedClip> {
  return decodeClip((await renderHere(await smallJob(change))).mp4);
}

/** The luma picture of a decoded frame. */
export function lumaOf(clip: DecodedClip, index: number) {
  return { data: clip.frames.at(index)!, width: clip.width, height: clip.height };
}
