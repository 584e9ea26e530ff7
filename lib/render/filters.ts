/** A picture of one number per pixel, row by row. */
export interface Plane {
  width: number;
  height: number;
  data: Float32Array;
}

export const newPlane = (width: number, height: number): Plane => ({ width, height, data: new Float32Array(width * height) });

/** Mean over a square of side 2·radius+1, edges repeated. */
export function boxBlur(plane: Plane, radius: number): Plane {
  const r = Math.max(1, Math.round(radius));
  return boxPass(boxPass(plane, r), r);
}

/** Three box passes: a good Gaussian of about the given sigma (pixels). */
export function gaussianBlur(plane: Plane, sigma: number): Plane {
  const radius = Math.max(1, Math.round((Math.sqrt(4 * sigma * sigma + 1) - 1) / 2));
  return boxBlur(boxBlur(boxBlur(plane, radius), radius), radius);
}

// One pass blurs along rows and writes transposed, so two passes blur both ways.
function boxPass({ width, height, data }: Plane, r: number): Plane {
  const out = newPlane(height, width);
  const scale = 1 / (2 * r + 1);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    const at = (x: number) => data[row + (x < 0 ? 0 : x >= width ? width - 1 : x)]!;
    let sum = 0;
    for (let x = -r; x <= r; x++) sum += at(x);
    for (let x = 0; x < width; x++) {
      out.data[x * height + y] = sum * scale;
      sum += at(x + r + 1) - at(x - r);
    }
  }
  return out;
}

/** Combines planes of one size pixel by pixel. */
export function combine(planes: Plane[], each: (...values: number[]) => number): Plane {
  const first = planes[0]!;
  const out = newPlane(first.width, first.height);
  const values = new Array<number>(planes.length);
  for (let i = 0; i < out.data.length; i++) {
    for (let p = 0; p < planes.length; p++) values[p] = planes[p]!.data[i]!;
    out.data[i] = each(...values);
  }
  return out;
}

/** Stretches values so that the 2nd and 98th percentile become 0 and 1. A flat plane becomes all 0. */
export function normalise(plane: Plane): Plane {
  const sorted = Float32Array.from(plane.data).sort();
  const low = sorted[Math.floor(sorted.length * 0.02)]!;
  const high = sorted[Math.floor((sorted.length - 1) * 0.98)]!;
  const span = high - low;
  return combine([plane], (v) => (span < 1e-6 ? 0 : Math.min(1, Math.max(0, (v - low) / span))));
}

/** Smooths `plane` but keeps the edges of `guide` (He, Sun and Tang's guided filter). */
export function guidedFilter(plane: Plane, guide: Plane, radius: number, epsilon: number): Plane {
  const mean = (p: Plane) => boxBlur(p, radius);
  const meanGuide = mean(guide);
  const meanPlane = mean(plane);
  const covariance = combine([mean(combine([guide, plane], (g, p) => g * p)), meanGuide, meanPlane], (gp, g, p) => gp - g * p);
  const variance = combine([mean(combine([guide], (g) => g * g)), meanGuide], (gg, g) => gg - g * g);
  const a = combine([covariance, variance], (c, v) => c / (v + epsilon));
  const b = combine([meanPlane, a, meanGuide], (p, k, g) => p - k * g);
  return combine([mean(a), guide, mean(b)], (k, g, c) => k * g + c);
}

/** Value between pixels; x and y in pixels, held at the edges. */
export function sample(plane: Plane, x: number, y: number): number {
  const cx = Math.min(plane.width - 1, Math.max(0, x));
  const cy = Math.min(plane.height - 1, Math.max(0, y));
  const x0 = Math.floor(cx);
  const y0 = Math.floor(cy);
  const x1 = Math.min(plane.width - 1, x0 + 1);
  const y1 = Math.min(plane.height - 1, y0 + 1);
  const { data, width } = plane;
  const top = data[y0 * width + x0]! * (1 - cx + x0) + data[y0 * width + x1]! * (cx - x0);
  const bottom = data[y1 * width + x0]! * (1 - cx + x0) + data[y1 * width + x1]! * (cx - x0);
  return top * (1 - cy + y0) + bottom * (cy - y0);
}
