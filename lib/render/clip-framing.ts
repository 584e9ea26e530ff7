import type { ClipFacts } from './clip-facts';
import { frameSource } from './framing';
import type { Aspect } from './types';

/** From a decoded picture to the one that leaves. */
export interface ClipFraming {
  /** The filters that turn it upright (libavfilter). */
  turn: string[];
  /** The part that is shown, in stored pixels of the turned picture, or null for all of it. */
  crop: { left: number; top: number; width: number; height: number } | null;
  /** Both even. */
  width: number;
  height: number;
}

export interface FramingOptions {
  /** `preserve`: the clip's own. */
  aspect?: Aspect;
  /** Exactly this size instead, when the caller knows it; even and within 1280 pixels a side. */
  size?: { width: number; height: number };
}

const LONGEST = 1280;
const CENTRE = { x: 0.5, y: 0.5 };

/** How a clip's pictures are turned, cut around the centre and scaled. Never enlarged, unless a size is given. */
export function frameClip(
  clip: Pick<ClipFacts, 'width' | 'height' | 'pixelAspect' | 'matrix'>,
  { aspect = 'preserve', size }: FramingOptions = {},
): ClipFraming {
  const pixelAspect = clip.pixelAspect ?? 1;
  const { filters, quarter } = turnOf(clip.matrix);
  const [storedWidth, storedHeight] = quarter ? [clip.height, clip.width] : [clip.width, clip.height];
  const seen = {
    width: storedWidth * (quarter ? 1 : pixelAspect),
    height: storedHeight * (quarter ? pixelAspect : 1),
  };
  const wanted = size ? { width: evenSide(size.width), height: evenSide(size.height) } : ownSize(seen, aspect);
  const ratio = wanted.width / wanted.height;
  const cut = { width: Math.min(seen.width, seen.height * ratio), height: Math.min(seen.height, seen.width / ratio) };
  const width = Math.min(storedWidth, Math.round((cut.width / seen.width) * storedWidth));
  const height = Math.min(storedHeight, Math.round((cut.height / seen.height) * storedHeight));
  // A row or two come from making sides even: stretching by so little isn't seen, and cutting would cost a sharp scale of 1.
  const whole = storedWidth - width <= 2 && storedHeight - height <= 2;
  const crop = whole ? null : { left: (storedWidth - width) >> 1, top: (storedHeight - height) >> 1, width, height };
  return { turn: filters, crop, ...wanted };
}

function ownSize(seen: { width: number; height: number }, aspect: Aspect): { width: number; height: number } {
  const { crop, width, height } = frameSource(seen, aspect, CENTRE, LONGEST);
  if (crop.width >= width) return { width, height };
  const ratio = width / height;
  return ratio > 1
    ? { width: evenSide(crop.width), height: evenSide(crop.width / ratio) }
    : { width: evenSide(crop.height * ratio), height: evenSide(crop.height) };
}

const evenSide = (value: number) => Math.min(LONGEST, Math.max(16, Math.round(value / 2) * 2));

/** The turn of a display matrix by right angles, as FFmpeg's own tool applies it (fftools/ffmpeg_filter.c). */
function turnOf([a, b, c, d]: ClipFacts['matrix']): { filters: string[]; quarter: boolean } {
  if (Math.abs(b) <= Math.abs(a)) return { filters: [...(a < 0 ? ['hflip'] : []), ...(d < 0 ? ['vflip'] : [])], quarter: false };
  const direction = b > 0 ? (c > 0 ? 'cclock_flip' : 'clock') : c < 0 ? 'clock_flip' : 'cclock';
  return { filters: [`transpose=${direction}`], quarter: true };
}
