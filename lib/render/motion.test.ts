import { describe, expect, it } from 'vitest';
import { decodeClip } from './decode';
import { renderHere, framesOf, lumaOf, smallJob } from './testing/jobs';
import { measureFlow, meanDifference, psnr } from './testing/measure';
import { posterImage } from './poster-image';
import { stillClip } from './still-clip';
import type { RenderJob } from './types';

const flowOf = async (change: Partial<RenderJob>, from = 0, to = -1) => {
  const clip = await framesOf(change);
  return measureFlow(lumaOf(clip, from), lumaOf(clip, to));
};
const hover = (prompt: string) => flowOf({ mode: 'animate-on-hover', prompt });

describe('the prompt steers the camera', () => {
  it('pans left and right, the picture moving the other way', async () => {
    expect((await hover('pan left')).x).toBeGreaterThan(4);
    expect((await hover('slow pan to the right')).x).toBeLessThan(-3);
  });

  it('tilts up and down', async () => {
    expect((await hover('tilt up')).y).toBeGreaterThan(2);
    expect((await hover('the camera tilts down')).y).toBeLessThan(-2);
  });

  it.each(['loop', 'animate-in', 'animate-on-hover'] as const)('zooms in and out in %s', async (mode) => {
    const to = mode === 'loop' ? 12 : -1;
    expect((await flowOf({ mode, prompt: 'zoom in' }, 0, to)).growth).toBeGreaterThan(0.012);
    expect((await flowOf({ mode, prompt: 'zoom out' }, 0, to)).growth).toBeLessThan(-0.012);
  });

  it('pans the asked way in a clip that ends at rest, too', async () => {
    expect((await flowOf({ mode: 'animate-in', prompt: 'pan left' })).x).toBeGreaterThan(4);
    expect((await flowOf({ mode: 'loop', prompt: 'pan right' }, 0, 12)).x).toBeLessThan(-4);
  });

  it('turns the picture the asked way', async () => {
    expect((await hover('rotate clockwise')).turn).toBeGreaterThan(0.01);
    expect((await hover('rotate counter-clockwise')).turn).toBeLessThan(-0.01);
  });

  it('holds nearly still when asked', async () => {
    expect((await hover('hold still')).speed).toBeLessThan(0.5 * (await hover('')).speed);
  });
});

describe('motion', () => {
  it('grows from subtle to medium to kinetic', async () => {
    for (const seed of [1, 2, 3]) {
      const [subtle, medium, kinetic] = await Promise.all(
        (['subtle', 'medium', 'kinetic'] as const).map((motion) => flowOf({ motion, mode: 'loop', seed }, 0, 12)),
      );
      expect(subtle!.speed).toBeGreaterThan(0.5);
      expect(medium!.speed).toBeGreaterThan(subtle!.speed * 1.5);
      expect(kinetic!.speed).toBeGreaterThan(medium!.speed * 1.2);
    }
  });

  it('differs visibly from seed to seed', async () => {
    const clips = await Promise.all([21, 22, 23, 24].map((seed) => framesOf({ seed })));
    for (const [i, one] of clips.entries()) {
      for (const other of clips.slice(i + 1)) {
        expect(meanDifference(one.frames[12]!, other.frames[12]!, one.width * one.height)).toBeGreaterThan(2);
      }
    }
  });

  it('has depth: near and far move differently', async () => {
    const clip = await framesOf({ mode: 'animate-on-hover', prompt: 'orbit right', motion: 'kinetic' });
    const rows = (from: number, to: number) => {
      const cut = (frame: Uint8Array) => frame.slice(from * clip.width, to * clip.width);
      const part = { width: clip.width, height: to - from };
      return measureFlow({ data: cut(clip.frames[0]!), ...part }, { data: cut(clip.frames[6]!), ...part }).x;
    };
    // The camera goes right around its subject: what is near goes left, what is far goes right.
    expect(rows(0, 110) - rows(clip.height - 110, clip.height)).toBeGreaterThan(4);
  });
});

describe('rest', () => {
  const restOf = async (change: Partial<RenderJob>, index: number) => {
    const job = await smallJob(change);
    const clip = await decodeClip((await renderHere(job)).mp4);
    const poster = await posterImage(job.source, job);
    const still = await decodeClip((await stillClip(poster.jpg)).mp4, clip);
    expect(poster).toMatchObject({ width: clip.width, height: clip.height });
    return psnr(clip.frames.at(index)!, still.frames[0]!, clip.width * clip.height);
  };

  it.each(['preserve', '1:1'] as const)('animate-in ends on the poster, %s', async (aspect) => {
    expect(await restOf({ mode: 'animate-in', motion: 'kinetic', aspect }, -1)).toBeGreaterThan(33);
  });
  it('animate-on-hover starts on the poster', async () => {
    expect(await restOf({ mode: 'animate-on-hover', motion: 'kinetic' }, 0)).toBeGreaterThan(33);
  });
  it('a loop starts on the poster', async () => {
    expect(await restOf({ mode: 'loop' }, 0)).toBeGreaterThan(33);
  });
});

describe('a loop', () => {
  it('closes: the step over the seam is no larger than the steps inside', async () => {
    for (const prompt of ['', 'zoom out', 'handheld']) {
      const { frames, width, height } = await framesOf({ prompt, fps: 24 });
      const steps = frames.slice(1).map((frame, i) => meanDifference(frames[i]!, frame, width * height));
      const mean = steps.reduce((a, b) => a + b) / steps.length;
      expect(meanDifference(frames.at(-1)!, frames[0]!, width * height)).toBeLessThan(mean * 1.25);
    }
  });
});
