import { frameSource } from './framing';
import { guardImage, imageSize, openImage } from './image-library';
import { lookAt } from './look';
import type { Aspect, Poster } from './types';

/** The picture at rest: the same framing as a clip's rest frame, as a JPEG, with a blur placeholder. */
export async function posterImage(source: Uint8Array, options: { aspect: Aspect; maxLongSide?: number }): Promise<Poster> {
  const size = await imageSize(source);
  const focal = options.aspect === 'preserve' ? { x: 0.5, y: 0.5 } : (await lookAt(source)).focal;
  const { crop, width, height } = frameSource(size, options.aspect, focal, options.maxLongSide);
  const framed = () => openImage(source).extract(crop);
  const [jpg, tiny] = await guardImage(
    Promise.all([
      framed().resize(width, height, { fit: 'fill', kernel: 'lanczos3' }).jpeg({ quality: 86, mozjpeg: false, progressive: true }).toBuffer(),
      framed().resize(20, 20, { fit: 'inside' }).blur(1).jpeg({ quality: 50, chromaSubsampling: '4:2:0' }).toBuffer(),
    ]),
  );
  return { jpg: new Uint8Array(jpg), width, height, blurDataUrl: `data:image/jpeg;base64,${tiny.toString('base64')}` };
}
