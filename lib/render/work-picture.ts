import type { Framing } from './framing';
import { openImage, rawRgb } from './image-library';
import { PAD, type PaddedPlane, type WorkPicture } from './warp';

/** How much larger than the output the picture is kept while warping. */
const OVERSAMPLE = 1.5;

/** Decodes the framed part of the source at 1.5 times the output's size, as padded BT.709 planes. */
export async function loadWorkPicture(source: Uint8Array, framing: Framing): Promise<WorkPicture> {
  const width = Math.round((framing.width * OVERSAMPLE) / 2) * 2;
  const height = Math.round((framing.height * OVERSAMPLE) / 2) * 2;
  const { data } = await rawRgb(openImage(source).extract(framing.crop).resize(width, height, { fit: 'fill', kernel: 'lanczos3' }));
  return toWorkPicture(data, width, height);
}

/** RGB bytes (three per pixel, even size) to padded BT.709 limited-range planes; chroma is averaged over 2 x 2. */
export function toWorkPicture(rgb: Uint8Array, width: number, height: number): WorkPicture {
  const y = newPadded(width, height);
  const u = newPadded(width >> 1, height >> 1);
  const v = newPadded(width >> 1, height >> 1);
  for (let row = 0; row < height; row += 2) {
    let read = row * width * 3;
    let below = read + width * 3;
    let writeY = (row + PAD) * y.stride + PAD;
    let writeC = ((row >> 1) + PAD) * u.stride + PAD;
    for (let column = 0; column < width; column += 2) {
      let r = 0;
      let g = 0;
      let b = 0;
      for (let k = 0; k < 2; k++) {
        const r0 = rgb[read]!;
        const g0 = rgb[read + 1]!;
        const b0 = rgb[read + 2]!;
        const r1 = rgb[below]!;
        const g1 = rgb[below + 1]!;
        const b1 = rgb[below + 2]!;
        // 219/255 x (0.2126, 0.7152, 0.0722) in 1/65536
        y.data[writeY] = (11966 * r0 + 40254 * g0 + 4064 * b0 + 1081344) >> 16;
        y.data[writeY + y.stride] = (11966 * r1 + 40254 * g1 + 4064 * b1 + 1081344) >> 16;
        r += r0 + r1;
        g += g0 + g1;
        b += b0 + b1;
        read += 3;
        below += 3;
        writeY++;
      }
      // 224/255 x BT.709 chroma in 1/65536, for sums of four pixels: hence >> 18
      u.data[writeC] = (-6596 * r - 22189 * g + 28785 * b + 33685504) >> 18;
      v.data[writeC] = (28785 * r - 26145 * g - 2640 * b + 33685504) >> 18;
      writeC++;
    }
  }
  for (const plane of [y, u, v]) padEdges(plane);
  return { y, u, v };
}

function newPadded(width: number, height: number): PaddedPlane {
  const stride = width + 2 * PAD;
  return { width, height, stride, data: new Uint8Array(stride * (height + 2 * PAD)) };
}

function padEdges({ width, height, stride, data }: PaddedPlane): void {
  for (let row = PAD; row < height + PAD; row++) {
    const start = row * stride;
    data.fill(data[start + PAD]!, start, start + PAD);
    data.fill(data[start + PAD + width - 1]!, start + PAD + width, start + stride);
  }
  for (let k = 0; k < PAD; k++) {
    data.copyWithin(k * stride, PAD * stride, (PAD + 1) * stride);
    data.copyWithin((PAD + height + k) * stride, (PAD + height - 1) * stride, (PAD + height) * stride);
  }
}
