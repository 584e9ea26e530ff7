import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeRenderer } from '../../render';
import { foreignClip, levels, steady } from '../../render/testing/foreign';
import { texturedPicture } from '../../render/testing/pictures';
import { localMedia } from './local-media';

afterAll(closeRenderer);

describe('media by the render workers', () => {
  let clip: Uint8Array;
  beforeAll(async () => {
    clip = await foreignClip({ width: 320, height: 180, times: steady(40, 16), draw: levels });
  });

  it('makes a finished clip of what a model gave', async () => {
    await expect(localMedia.finish(clip, { durSeconds: 2 })).rejects.toMatchObject({ code: 'i2v_failed' });
    const { mp4 } = await localMedia.conform(clip, { aspect: '1:1', durSeconds: 2 });
    expect(await localMedia.finish(mp4, { durSeconds: 2 })).toMatchObject({ width: 180, height: 180, durationMs: 2000 });
  });

  it('makes a finished loop of two stages that keep their own length, and tells its seam', async () => {
    const stage = await localMedia.conform(clip, { aspect: 'preserve', durSeconds: null });
    expect(stage.durationMs).toBe(2500);
    for (const kind of ['native', 'crossfade'] as const) {
      const loop = await localMedia.merge(stage.mp4, stage.mp4, { durSeconds: 4, kind });
      expect(await localMedia.finish(loop.mp4, { durSeconds: 4 })).toMatchObject({ durationMs: 4000 });
      expect(loop.seam).toEqual({ difference: expect.any(Number), step: expect.any(Number) });
    }
  });

  it('gives the pictures that a model starts from', async () => {
    expect(await sharp(await localMedia.lastFrame(clip)).metadata()).toMatchObject({ format: 'jpeg', width: 320, height: 180 });
    expect(await sharp(await localMedia.frame(await texturedPicture(1600, 900), '1:1')).metadata()).toMatchObject({ format: 'jpeg', width: 900, height: 900 });
  });

  it('says for good, and in a sentence, why a clip cannot be used', async () => {
    const refused = { name: 'PipelineError', code: 'i2v_failed', transient: false };
    const because = (words: RegExp) => ({ ...refused, message: expect.stringMatching(words) });
    await expect(localMedia.conform(clip, { aspect: 'preserve', durSeconds: 8 })).rejects.toMatchObject(because(/2\.5 s long, shorter than half/));
    await expect(localMedia.lastFrame(new Uint8Array(900))).rejects.toMatchObject(because(/no MP4/));
    await expect(localMedia.merge(clip, new Uint8Array(900), { durSeconds: 4, kind: 'native' })).rejects.toMatchObject(refused);
    await expect(localMedia.frame(new Uint8Array(900), 'preserve')).rejects.toMatchObject({ name: 'PipelineError', code: 'source_unsupported' });
  });
});
