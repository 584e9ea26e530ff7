import { combine, gaussianBlur, guidedFilter, newPlane, normalise, sample, type Plane } from './filters';
import type { Framing } from './framing';
import type { Look } from './look';

/** How near each place is, 0 far .. 1 near, over the framed part of the picture, and how steep it gets. */
export interface Depth {
  plane: Plane;
  /** Largest change of depth over the width of the frame (a slope: 3 means 0 to 1 within a third of it). */
  steepest: number;
}

const DEPTH_LONG_SIDE = 128;

/**
 * A guess at depth, not a measurement: things low in the frame, things that stand out and things in focus are taken
 * to be nearer; smooth areas high up (skies, walls) are far. It follows the picture's own edges, then is feathered
 * until no slope is steeper than `steepest` allows, so that moving by it can't tear or visibly stretch anything.
 */
export function guessDepth(look: Look, framing: Framing, source: { width: number; height: number }, steepestAllowed: number): Depth {
  const side = Math.max(look.width, look.height);
  const high = newPlane(look.width, look.height);
  for (let y = 0; y < look.height; y++) {
    const v = (y + 0.5) / look.height;
    high.data.fill(v ** 1.4, y * look.width, (y + 1) * look.width);
  }
  const wide = gaussianBlur(look.sharpness, side * 0.03);
  const raw = combine([high, look.saliency, wide], (v, s, f) => 0.6 * v + 0.22 * s * (0.4 + 0.6 * v) + 0.18 * f);
  const edged = guidedFilter(normalise(raw), look.luma, side * 0.06, 0.004);

  const scale = DEPTH_LONG_SIDE / Math.max(framing.width, framing.height);
  const framed = newPlane(Math.max(8, Math.round(framing.width * scale)), Math.max(8, Math.round(framing.height * scale)));
  for (let y = 0; y < framed.height; y++) {
    for (let x = 0; x < framed.width; x++) {
      const sx = (framing.crop.left + ((x + 0.5) / framed.width) * framing.crop.width) / source.width;
      const sy = (framing.crop.top + ((y + 0.5) / framed.height) * framing.crop.height) / source.height;
      framed.data[y * framed.width + x] = sample(edged, sx * look.width - 0.5, sy * look.height - 0.5);
    }
  }
  let plane = gaussianBlur(normalise(framed), DEPTH_LONG_SIDE * 0.022);
  let steepest = slope(plane);
  for (let pass = 0; pass < 6 && steepest > steepestAllowed; pass++) {
    plane = gaussianBlur(plane, DEPTH_LONG_SIDE * 0.02 * (1 + pass));
    steepest = slope(plane);
  }
  return { plane, steepest };
}

function slope({ width, height, data }: Plane): number {
  let most = 0;
  for (let y = 1; y < height; y++) {
    for (let x = 1; x < width; x++) {
      const here = data[y * width + x]!;
      most = Math.max(most, Math.hypot(here - data[y * width + x - 1]!, here - data[(y - 1) * width + x]!));
    }
  }
  return most * width;
}

/** Depth at a point of the frame, given as fractions of its width and height. */
export function depthAt(depth: Depth, u: number, v: number): number {
  return sample(depth.plane, u * depth.plane.width - 0.5, v * depth.plane.height - 0.5);
}
