import { colourName, rgbToHsl } from './colour-names';
import { imageSize } from './image-library';
import { lookAt } from './look';
import type { ImageTraits, NamedColour } from './types';

/** What can be said about a picture without a model: colours, light, orientation, focal point. About 30 ms. */
export async function analyse(source: Uint8Array): Promise<ImageTraits> {
  const { width, height } = await imageSize(source);
  const look = await lookAt(source);
  const pixels = look.luma.data.length;
  let light = 0;
  let squares = 0;
  let saturation = 0;
  let warmth = 0;
  let detail = 0;
  for (let i = 0; i < pixels; i++) {
    const [r, g, b] = [look.rgb[3 * i]!, look.rgb[3 * i + 1]!, look.rgb[3 * i + 2]!];
    const l = look.luma.data[i]!;
    light += l;
    squares += l * l;
    const hsl = rgbToHsl(r, g, b);
    saturation += hsl.s * (1 - Math.abs(2 * hsl.l - 1));
    warmth += (r - b) / 255;
    detail += i % look.width ? Math.abs(l - look.luma.data[i - 1]!) : 0;
  }
  const brightness = light / pixels;
  const ratio = width / height;
  return {
    width,
    height,
    orientation: ratio > 1.08 ? 'landscape' : ratio < 0.93 ? 'portrait' : 'square',
    colours: dominantColours(look.rgb),
    brightness,
    contrast: Math.min(1, 2 * Math.sqrt(Math.max(0, squares / pixels - brightness * brightness))),
    saturation: saturation / pixels,
    warmth: Math.max(-1, Math.min(1, (2 * warmth) / pixels)),
    detail: Math.min(1, (12 * detail) / pixels),
    focal: look.focal,
  };
}

/** Up to five colours, commonest first, with colours of one name counted as one. */
function dominantColours(rgb: Uint8Array): NamedColour[] {
  const names = new Map<string, { count: number; r: number; g: number; b: number }>();
  const pixels = rgb.length / 3;
  for (let i = 0; i < rgb.length; i += 3) {
    const [r, g, b] = [rgb[i]!, rgb[i + 1]!, rgb[i + 2]!];
    const name = colourName(r, g, b);
    const sum = names.get(name) ?? { count: 0, r: 0, g: 0, b: 0 };
    names.set(name, { count: sum.count + 1, r: sum.r + r, g: sum.g + g, b: sum.b + b });
  }
  const hex = (v: number) => Math.round(v).toString(16).padStart(2, '0');
  return [...names]
    .map(([name, { count, r, g, b }]) => ({ hex: `#${hex(r / count)}${hex(g / count)}${hex(b / count)}`, name, share: count / pixels }))
    .filter((colour) => colour.share > 0.02)
    .sort((a, b) => b.share - a.share)
    .slice(0, 5);
}
