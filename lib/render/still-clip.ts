import { encodeMp4 } from './encode';
import { frameSource } from './framing';
import { imageSize, openImage, rawRgb } from './image-library';
import type { RenderedClip } from './render-clip';
import { newPicture, PAD, type PaddedPlane } from './warp';
import { toWorkPicture } from './work-picture';

/** A clip that only shows the poster, for viewers who ask before the first real clip exists. */
export async function stillClip(poster: Uint8Array, seconds = 1): Promise<RenderedClip> {
  const { width, height } = frameSource(await imageSize(poster), 'preserve', { x: 0.5, y: 0.5 });
  const { data } = await rawRgb(openImage(poster).resize(width, height, { fit: 'fill' }));
  const picture = toWorkPicture(data, width, height);
  const packed = newPicture(width, height);
  let at = 0;
  for (const plane of [picture.y, picture.u, picture.v]) at = unpad(plane, packed, at);
  const fps = 24;
  const count = Math.max(1, Math.round(seconds * fps));
  const { mp4, frames } = await encodeMp4({ width, height, fps, preset: 'superfast', crf: 21 }, (i) => (i < count ? packed : null));
  return { mp4, width, height, fps, frames, durationMs: Math.round((frames * 1000) / fps) };
}

function unpad(plane: PaddedPlane, out: Uint8Array, at: number): number {
  for (let row = 0; row < plane.height; row++) {
    const start = (row + PAD) * plane.stride + PAD;
    out.set(plane.data.subarray(start, start + plane.width), at);
    at += plane.width;
  }
  return at;
}
