/** A luma picture, one byte a pixel; the front of a packed yuv420p frame will do. */
export interface Luma {
  data: Uint8Array;
  width: number;
  height: number;
}

export interface Flow {
  /** Mean motion of the picture's content from one frame to the other, pixels. */
  x: number;
  y: number;
  /** Growth: 0.1 means that content spreads by 10 % around the centre. */
  growth: number;
  /** Turn in radians, positive is clockwise on screen. */
  turn: number;
  /** Mean length of the motion vectors, pixels. */
  speed: number;
}

const BLOCK = 24;

/** Block-matching optical flow between two frames, fitted to move, growth and turn. `reach` is the search radius. */
export function measureFlow(from: Luma, to: Luma, reach = 28): Flow {
  const { width, height } = from;
  const vectors: { px: number; py: number; dx: number; dy: number }[] = [];
  for (let y = reach; y + BLOCK + reach <= height; y += BLOCK) {
    for (let x = reach; x + BLOCK + reach <= width; x += BLOCK) {
      const { dx, dy } = matchBlock(from, to, x, y, reach);
      vectors.push({ px: x + BLOCK / 2 - width / 2, py: y + BLOCK / 2 - height / 2, dx, dy });
    }
  }
  const mean = (value: (v: (typeof vectors)[number]) => number) => vectors.reduce((sum, v) => sum + value(v), 0) / vectors.length;
  const x = mean((v) => v.dx);
  const y = mean((v) => v.dy);
  const spread = mean((v) => v.px * v.px + v.py * v.py);
  return {
    x,
    y,
    growth: mean((v) => (v.dx - x) * v.px + (v.dy - y) * v.py) / spread,
    turn: mean((v) => (v.dy - y) * v.px - (v.dx - x) * v.py) / spread,
    speed: mean((v) => Math.hypot(v.dx, v.dy)),
  };
}

function matchBlock(from: Luma, to: Luma, x: number, y: number, reach: number): { dx: number; dy: number } {
  let best = Infinity;
  let found = { dx: 0, dy: 0 };
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      let sum = 0.01 * (dx * dx + dy * dy);
      for (let j = 0; j < BLOCK && sum < best; j += 2) {
        const a = (y + j) * from.width + x;
        const b = (y + j + dy) * to.width + x + dx;
        for (let i = 0; i < BLOCK; i += 2) sum += Math.abs(from.data[a + i]! - to.data[b + i]!);
      }
      if (sum < best) {
        best = sum;
        found = { dx, dy };
      }
    }
  }
  return found;
}

/** Mean absolute difference over `count` leading bytes (the luma of a packed frame). */
export function meanDifference(a: Uint8Array, b: Uint8Array, count = a.length): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum / count;
}

/** Peak signal to noise ratio in dB over `count` leading bytes. */
export function psnr(a: Uint8Array, b: Uint8Array, count = a.length): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum === 0 ? Infinity : 10 * Math.log10((255 * 255 * count) / sum);
}
