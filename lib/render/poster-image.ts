import { frameSource, type Framing } from './framing';
import { guardImage, imageSize, openImage } from './image-library';
import { lookAt } from './look';
import type { Aspect, Picture, Poster } from './types';

/** The picture at rest: the same framing as a clip's rest frame, as a JPEG, with a blur placeholder. */
export async function posterImage(source: Uint8Array, options: { aspect: Aspect; maxLongSide?: number }): Promise<Poster> {
  const framing = await restFraming(source, options.aspect, options.maxLongSide);
  const { crop, width, height } = framing;
  const [jpg, tiny] = await guardImage(
    Promise.all([
      framed(source, framing).jpeg({ quality: 86, mozjpeg: false, progressive: true }).toBuffer(),
      openImage(source).extract(crop).resize(20, 20, { fit: 'inside' }).blur(1).jpeg({ quality: 50, chromaSubsampling: '4:2:0' }).toBuffer(),
    ]),
  );
  return { jpg: new Uint8Array(jpg), width, height, blurDataUrl: `data:image/jpeg;base64,${tiny.toString('base64')}` };
}

/** The poster's picture with little loss, for a model to start from. */
export async function sourceImage(source: Uint8Array, aspect: Aspect): Promise<Picture> {
  const framing = await restFraming(source, aspect);
  const bytes = await guardImage(framed(source, framing).jpeg({ quality: 92, chromaSubsampling: '4:4:4' }).toBuffer());
  return { bytes: new Uint8Array(bytes), width: framing.width, height: framing.height };
}

async function restFraming(source: Uint8Array, aspect: Aspect, maxLongSide?: number): Promise<Framing> {
  const size = await imageSize(source);
  const focal = aspect === 'preserve' ? { x: 0.5, y: 0.5 } : (await lookAt(source)).focal;
  return frameSource(size, aspect, focal, maxLongSide);
}

const framed = (source: Uint8Array, { crop, width, height }: Framing) =>
  openImage(source).extract(crop).resize(width, height, { fit: 'fill', kernel: 'lanczos3' });
