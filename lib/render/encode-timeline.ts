import { encodeMp4 } from './encode';
import type { RenderedClip, RenderHooks } from './render-clip';
import { RenderError } from './render-error';
import type { Retiming } from './retime';

export interface PictureSource {
  width: number;
  height: number;
  /** Picture `index` as packed yuv420p bytes that stay as they are; asked for in ascending order, as a `ClipReader` gives them. */
  picture(index: number): Uint8Array;
}

export interface EncodeTimelineOptions {
  quality: { preset: 'superfast' | 'veryfast'; crf: number };
  /** The index that follows each one; the last has itself or, in a loop, the first. */
  following(index: number): number;
  /** What becomes of frame `index` before it is encoded. */
  finish?(picture: Uint8Array, index: number): Uint8Array;
  cancelledMessage: string;
}

/** Encodes the frames that a retiming picks. */
export async function encodeTimeline(
  source: PictureSource,
  { fps, picks }: Retiming,
  options: EncodeTimelineOptions,
  hooks: RenderHooks,
): Promise<RenderedClip> {
  const { width, height } = source;
  const { mp4, frames } = await encodeMp4({ width, height, fps, ...options.quality }, (i) => {
    if (hooks.cancelled()) throw new RenderError('cancelled', options.cancelledMessage);
    const pick = picks[i];
    if (!pick) return null;
    const here = source.picture(pick.index);
    const picture = pick.mix ? blend(here, source.picture(options.following(pick.index)), pick.mix) : here;
    const made = options.finish ? options.finish(picture, i) : picture;
    hooks.onFrame(i + 1, picks.length);
    return made;
  });
  return { mp4, width, height, fps, frames, durationMs: Math.round((frames * 1000) / fps) };
}

/** A new picture, `share` of the way from one to the other. */
export function blend(from: Uint8Array, to: Uint8Array, share: number): Uint8Array {
  const weight = Math.round(share * 256);
  const out = new Uint8Array(from.length);
  for (let i = 0; i < out.length; i++) out[i] = (from[i]! * (256 - weight) + to[i]! * weight + 128) >> 8;
  return out;
}
