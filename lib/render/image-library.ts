import sharp, { type Sharp } from 'sharp';
import { RenderError } from './render-error';

// Only what users may send can be loaded: no SVG, no GIF, no formats with a history of holes.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp'] });
sharp.cache(false);

/** A 31 kB PNG can unfold to 256 megapixels; nothing we accept is over 4096 x 4096. */
const PIXEL_LIMIT = 40e6;

function open(source: Uint8Array): Sharp {
  if (!source.byteLength) throw new RenderError('source_unsupported', 'The source image is empty.');
  return sharp(source, { limitInputPixels: PIXEL_LIMIT, failOn: 'truncated' });
}

/** Opens encoded image bytes with the right turn (EXIF), in sRGB and without transparency. */
export function openImage(source: Uint8Array): Sharp {
  return open(source)
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb');
}

/** Width and height in pixels as seen, after the EXIF turn. */
export async function imageSize(source: Uint8Array): Promise<{ width: number; height: number }> {
  const meta = await guardImage(open(source).metadata());
  return { width: meta.autoOrient.width, height: meta.autoOrient.height };
}

/** Raw 8-bit RGB pixels of an opened image, three bytes each. */
export async function rawRgb(image: Sharp): Promise<{ data: Uint8Array; width: number; height: number }> {
  const { data, info } = await guardImage(image.removeAlpha().raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true }));
  if (info.channels === 3) return { data, width: info.width, height: info.height };
  const rgb = new Uint8Array(info.width * info.height * 3);
  for (let i = 0, o = 0; o < rgb.length; i += info.channels, o += 3) rgb.fill(data[i]!, o, o + 3);
  return { data: rgb, width: info.width, height: info.height };
}

/** Turns whatever the image library throws into our one error for pictures that can't be used. */
export async function guardImage<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new RenderError('source_unsupported', `The source image can't be read: ${firstLine(error)}`);
  }
}

const firstLine = (error: unknown) => String((error as Error)?.message ?? error).split('\n')[0];
