import { setImmediate as breathe } from 'node:timers/promises';
import sharp from 'sharp';
import { withClipFile } from './clip-file';
import { frameClip } from './clip-framing';
import { openReader } from './clip-reader';
import type { RenderHooks } from './render-clip';
import { RenderError } from './render-error';
import type { ClipMoment, Picture } from './types';

/** Between two looks at what else is to do. */
const FRAMES_AT_ONCE = 8;

/** One picture of a clip, upright, with square pixels, even sides and at most 1280 pixels a side. Throws RenderError. */
export async function clipFrameHere(mp4: Uint8Array, moment: ClipMoment, format: 'jpeg' | 'png', hooks: Pick<RenderHooks, 'cancelled'>): Promise<Picture> {
  return withClipFile(mp4, async (clip) => {
    const framing = frameClip(clip.facts);
    const { width, height } = framing;
    const wanted = frameIndex(clip.facts.times, moment);
    const reader = openReader(clip, framing, 'rgb24');
    try {
      for (let index = 0; index < wanted; index += FRAMES_AT_ONCE) {
        if (hooks.cancelled()) throw new RenderError('cancelled', 'The picture is not wanted any more.');
        reader.pass(index);
        await breathe();
      }
      const image = sharp(reader.picture(wanted), { raw: { width, height, channels: 3 } });
      // A model goes on from this picture, so its colours are kept at full size.
      const bytes = await (format === 'png' ? image.png() : image.jpeg({ quality: 95, chromaSubsampling: '4:4:4' })).toBuffer();
      return { bytes: new Uint8Array(bytes), width, height };
    } finally {
      reader.close();
    }
  });
}

/** The frame that is on screen at that moment. */
function frameIndex(times: number[], moment: ClipMoment): number {
  if (moment === 'first') return 0;
  if (moment === 'last') return times.length - 1;
  return Math.max(0, times.findLastIndex((time) => time <= moment.atMs));
}
