import sharp from 'sharp';
import { PipelineError } from '../generation/pipeline-error';
// For its effect: it blocks every loader but png, jpeg and webp for the whole process.
import '../render/image-library';
import { hidesOther, imageEnd } from './image-end';
import { type ImageType, mimeOf, sniffType } from './sniff-type';

export const MAX_SOURCE_BYTES = 10 * 1024 * 1024;
/** Pixels a side, as seen. */
export const MIN_SIDE = 256;
export const MAX_SIDE = 4096;
/** A 31 kB PNG can unfold to 256 megapixels (facts); nothing accepted is over 4096 x 4096. */
const MAX_PIXELS = 40e6;

export interface CheckedImage {
  type: ImageType;
  /** As seen, after the EXIF turn. */
  width: number;
  height: number;
}

const unsupported = (message: string) => new PipelineError('source_unsupported', message);

/**
 * Judges an image by its content: kind, size, sides, and whether every pixel can be decoded.
 * Of an animated one the first frame counts.
 * @throws PipelineError source_too_large (over 10 MB), source_too_small (a side under 256 px), source_unsupported
 */
export async function checkImage(bytes: Uint8Array): Promise<CheckedImage> {
  if (bytes.byteLength > MAX_SOURCE_BYTES) throw tooLarge();
  const sniffed = sniffType(bytes);
  const type = (Object.keys(mimeOf) as ImageType[]).find((name) => mimeOf[name] === sniffed);
  if (!type) throw unsupported(`unsupported type: ${sniffed}`);
  if (hidesOther(bytes, imageEnd(bytes, type))) throw unsupported('unsupported type: an image with another document behind it');

  const options = { limitInputPixels: MAX_PIXELS, failOn: 'truncated', sequentialRead: true } as const;
  const meta = await sharp(bytes, options).metadata().catch(damaged);
  if (meta.format !== type) throw unsupported(`unsupported type: ${sniffed} that is ${meta.format}`);
  const { width, height } = meta.autoOrient;
  if (Math.max(width, height) > MAX_SIDE) throw unsupported(`the image is ${width} x ${height} px, at most ${MAX_SIDE} a side are supported`);
  if (Math.min(width, height) < MIN_SIDE) throw new PipelineError('source_too_small', `the image is ${width} x ${height} px, at least ${MIN_SIDE} a side are needed`);
  // Averaging to a few pixels reads every one of the source without holding them all.
  const few = { fit: 'fill', kernel: 'linear', fastShrinkOnLoad: false } as const;
  await sharp(bytes, options).resize(8, 8, few).raw().toBuffer().catch(damaged);
  return { type, width, height };
}

/** The one wording for too many bytes (reference 6). */
export const tooLarge = () => new PipelineError('source_too_large', 'file exceeds 10 MB limit');

function damaged(error: unknown): never {
  throw new PipelineError('source_unsupported', 'the image is damaged or incomplete', false, { cause: error });
}
