import sharp from 'sharp';
import { seededRandom } from '../random';

/** A picture with detail everywhere and at all sizes, so that its motion can be measured anywhere. JPEG bytes. */
export async function texturedPicture(width = 640, height = 360, seed = 3): Promise<Uint8Array> {
  const rgb = new Uint8Array(width * height * 3);
  const random = seededRandom(seed);
  const octaves = [64, 32, 16, 8].map((cell) => {
    const columns = Math.ceil(width / cell) + 2;
    const grid = Float32Array.from({ length: columns * (Math.ceil(height / cell) + 2) }, () => random() - 0.5);
    return { cell, columns, grid };
  });
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let value = 0.5;
      for (const { cell, columns, grid } of octaves) {
        const gx = Math.floor(x / cell);
        const gy = Math.floor(y / cell);
        const fx = smooth(x / cell - gx);
        const fy = smooth(y / cell - gy);
        const at = gy * columns + gx;
        const top = grid[at]! * (1 - fx) + grid[at + 1]! * fx;
        const bottom = grid[at + columns]! * (1 - fx) + grid[at + columns + 1]! * fx;
        value += 0.45 * (top * (1 - fy) + bottom * fy) * Math.sqrt(cell / 32);
      }
      const level = Math.max(0, Math.min(1, value)) * 255;
      const o = (y * width + x) * 3;
      rgb[o] = level;
      rgb[o + 1] = level * 0.9 + 12;
      rgb[o + 2] = 255 - level * 0.8;
    }
  }
  return new Uint8Array(await sharp(rgb, { raw: { width, height, channels: 3 } }).jpeg({ quality: 92 }).toBuffer());
}

const smooth = (t: number) => t * t * (3 - 2 * t);
