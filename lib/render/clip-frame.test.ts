import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { clipFrame, closeRenderer, conformClip, sourceFrame } from './index';
import { foreignClip, levels, panning, steady } from './testing/foreign';
import { psnr } from './testing/measure';
import { texturedPicture } from './testing/pictures';

afterAll(closeRenderer);

/** The grey of a picture that `levels` drew, as the index of its frame. */
async function indexOf(bytes: Uint8Array): Promise<number> {
  const { channels } = await sharp(bytes).stats();
  // Limited range luma 30, 32 … as full range grey.
  return ((channels[1]!.mean / 255) * 219 + 16 - 30) / 2;
}

describe('a picture of a clip', () => {
  it('is the first, the last or the one on screen at a moment', async () => {
    const clip = await foreignClip({ width: 320, height: 180, times: steady(81, 16), draw: levels });
    for (const [moment, index] of [['first', 0], ['last', 80], [{ atMs: 2010 }, 32], [{ atMs: 99_000 }, 80], [{ atMs: -5 }, 0]] as const) {
      const picture = await clipFrame(clip, moment);
      expect(picture).toMatchObject({ width: 320, height: 180 });
      expect(Math.abs((await indexOf(picture.bytes)) - index)).toBeLessThan(0.75);
    }
  });

  it('has the size it says, upright and with square pixels, as JPEG or PNG', async () => {
    const clip = await foreignClip({ width: 320, height: 180, times: steady(12, 12), draw: levels, matrix: [0, 1, -1, 0], pixelAspect: [2, 1] });
    for (const format of ['jpeg', 'png'] as const) {
      const picture = await clipFrame(clip, 'last', { format });
      expect(picture).toMatchObject({ width: 180, height: 640 });
      expect(await sharp(picture.bytes).metadata()).toMatchObject({ format, width: 180, height: 640 });
    }
  });

  it('is the picture that a model was given, when the clip starts with it', async () => {
    const source = await texturedPicture(640 + 256, 360, 9);
    const clip = await foreignClip({ width: 640, height: 360, times: steady(24, 24), draw: await panning(640, 360, (i) => 2 * i, source) });
    const wanted = await sharp(source).extract({ left: 0, top: 0, width: 640, height: 360 }).removeAlpha().raw().toBuffer();
    // From the model's file, and from what becomes of it: colours survive both ways.
    const conformed = (await conformClip(clip, { aspect: 'preserve', durationMs: 1000 })).mp4;
    for (const [mp4, least] of [[clip, 33], [conformed, 31]] as const) {
      const found = await sharp((await clipFrame(mp4, 'first')).bytes).raw().toBuffer();
      expect(psnr(found, wanted)).toBeGreaterThan(least);
      const [mean, target] = [found, wanted].map((bytes) => bytes.reduce((sum, value) => sum + value, 0) / bytes.length);
      expect(Math.abs(mean! - target!)).toBeLessThan(0.8);
    }
  });

  it('can be cancelled', async () => {
    const clip = await foreignClip({ width: 320, height: 180, times: steady(12, 12), draw: levels });
    await expect(clipFrame(clip, 'last', { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('the source for a model', () => {
  it('is a JPEG in the framing of the poster', async () => {
    const source = await texturedPicture(2000, 1000);
    for (const [aspect, width, height] of [['preserve', 1280, 640], ['1:1', 960, 960], ['9:16', 562, 1000]] as const) {
      const picture = await sourceFrame(source, aspect);
      expect(picture).toMatchObject({ width, height });
      expect(await sharp(picture.bytes).metadata()).toMatchObject({ format: 'jpeg', width, height });
    }
    await expect(sourceFrame(new Uint8Array(900), 'preserve')).rejects.toMatchObject({ code: 'source_unsupported' });
  });
});
