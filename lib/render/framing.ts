import type { Aspect } from './types';

export interface Framing {
  /** The part of the source that is shown, in source pixels (whole numbers). */
  crop: { left: number; top: number; width: number; height: number };
  /** The size of clip and poster, both even. */
  width: number;
  height: number;
}

const RATIO: Record<Exclude<Aspect, 'preserve'>, number> = { '1:1': 1, '16:9': 16 / 9, '9:16': 9 / 16 };
const SMALLEST_LONG_SIDE = 640;

const even = (value: number) => Math.max(16, Math.round(value / 2) * 2);

/**
 * The one framing that poster, clip and still clip share: which part of the source is shown, and how large.
 * `focal` (fractions of width and height) is kept in the picture when a side is cut. The size keeps to the area of
 * 16:9 at `maxLongSide` (720p class); tiny sources are enlarged to 640 px at most.
 */
export function frameSource(
  source: { width: number; height: number },
  aspect: Aspect,
  focal: { x: number; y: number },
  maxLongSide = 1280,
): Framing {
  const ratio = aspect === 'preserve' ? source.width / source.height : RATIO[aspect];
  const cropWidth = Math.min(source.width, source.height * ratio);
  const cropHeight = Math.min(source.height, source.width / ratio);
  const cropLong = Math.max(cropWidth, cropHeight);
  const long = Math.min(maxLongSide, Math.max(SMALLEST_LONG_SIDE, cropLong));
  const area = maxLongSide * maxLongSide * (9 / 16);
  const scale = Math.min(long / cropLong, Math.sqrt(area / (cropWidth * cropHeight)));

  const crop = { width: Math.round(cropWidth), height: Math.round(cropHeight) };
  const place = (room: number, size: number, at: number, whole: number) =>
    Math.round(Math.min(room, Math.max(0, at * whole - size / 2)));
  return {
    crop: {
      left: place(source.width - crop.width, crop.width, focal.x, source.width),
      top: place(source.height - crop.height, crop.height, focal.y, source.height),
      ...crop,
    },
    width: even(cropWidth * scale),
    height: even(cropHeight * scale),
  };
}
