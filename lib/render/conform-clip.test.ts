import { afterAll, describe, expect, it } from 'vitest';
import { AVCOL_SPC_BT709, AVCOL_SPC_SMPTE170M } from 'node-av/constants';
import { decodeClip } from './decode';
import { closeRenderer, conformClip, inspectClip } from './index';
import { addSound } from '@/test/replicate/sound';
import { foreignClip, levelOf, levels, steady, type ForeignClip } from './testing/foreign';

afterAll(closeRenderer);

const grey = (change: Partial<ForeignClip> = {}) => foreignClip({ width: 320, height: 180, times: steady(50, 24), draw: levels, ...change });
const promised = { codec: 'h264', pixelFormat: 'yuv420p', hasAudio: false, faststart: true };
const shown = async (mp4: Uint8Array) => (await decodeClip(mp4)).frames.map(levelOf);

/** Left half dark, right half light, the top quarter of both grey: what is up and what is left can be told. */
function halves(width: number, height: number): ForeignClip['draw'] {
  return (_index, out) => {
    out.fill(128);
    for (let y = height / 4; y < height; y++) {
      out.fill(40, y * width, y * width + width / 2);
      out.fill(200, y * width + width / 2, (y + 1) * width);
    }
  };
}

const lumaAt = (clip: { frames: Uint8Array[]; width: number; height: number }, x: number, y: number) =>
  clip.frames[0]![Math.floor(y * clip.height) * clip.width + Math.floor(x * clip.width)]!;

describe('a clip from elsewhere', () => {
  it.each([
    ['16 a second, longer than asked', { times: steady(81, 16) }, 5000, 16, 80],
    ['24 a second, with a frame more', { times: steady(49, 24) }, 2000, 24, 48],
    ['60 a second', { times: steady(90, 60) }, 1000, 30, 30],
    ['NTSC film', { times: steady(75, 24000 / 1001) }, 3000, 24, 72],
    ['5 a second', { times: steady(10, 5) }, 2000, 15, 30],
    ['of irregular times', { times: [0, 30, 95, 130, 180, 260, 275, 330, 410, 440, 520, 560, 640, 700, 740, 800, 850, 930, 960] }, 1000, 19, 19],
  ])('leaves as promised and exactly as long: %s', async (_name, change, durationMs, fps, frames) => {
    const clip = await conformClip(await grey(change), { aspect: 'preserve', durationMs });
    expect(clip).toMatchObject({ width: 320, height: 180, fps, frames, durationMs });
    expect(await inspectClip(clip.mp4)).toMatchObject({ ...promised, width: 320, height: 180, fps, frames, durationMs });
  });

  it('loses its sound', async () => {
    const loud = await addSound(await grey(), 2);
    expect(await inspectClip(loud)).toMatchObject({ hasAudio: true });
    const clip = await conformClip(loud, { aspect: 'preserve', durationMs: 2000 });
    expect(await inspectClip(clip.mp4)).toMatchObject({ ...promised, frames: 48, durationMs: 2000 });
  });

  it('is cut off when it is too long, and shows each frame at its time', async () => {
    const { mp4 } = await conformClip(await grey({ times: steady(60, 24) }), { aspect: 'preserve', durationMs: 2000, time: 'trim' });
    (await shown(mp4)).forEach((index, i) => expect(Math.abs(index - i)).toBeLessThanOrEqual(0.5));
  });

  it('is sped up as a whole when asked to be stretched', async () => {
    const at = await shown((await conformClip(await grey({ times: steady(60, 24) }), { aspect: 'preserve', durationMs: 2000, time: 'stretch' })).mp4);
    expect(at).toHaveLength(60);
    at.forEach((index, i) => expect(Math.abs(index - i)).toBeLessThanOrEqual(0.5));
  });

  it('goes on moving to the end when it is too short: nothing freezes', async () => {
    const at = await shown((await conformClip(await grey({ times: steady(40, 16) }), { aspect: 'preserve', durationMs: 4000 })).mp4);
    expect(at).toHaveLength(80);
    // Each frame of 16 a second is shown twice, the second time half way to the next.
    at.forEach((index, i) => expect(Math.abs(index - Math.min(39, i / 2))).toBeLessThanOrEqual(1));
    expect(at[70]! - at[60]!).toBeGreaterThan(3);
  });

  it('keeps its own length as the stage of a loop, with its last frame', async () => {
    const clip = await conformClip(await grey({ times: steady(81, 16) }), { aspect: 'preserve', durationMs: null });
    expect(clip).toMatchObject({ fps: 16, frames: 81, durationMs: 5063 });
    expect((await shown(clip.mp4)).at(-1)).toBe(80);
  });

  it.each([
    ['1:1', 360, 360],
    ['9:16', 202, 360],
    ['16:9', 640, 360],
  ] as const)('is cut around its centre for %s', async (aspect, width, height) => {
    const source = await grey({ width: 640, height: 360, draw: halves(640, 360) });
    const clip = await conformClip(source, { aspect, durationMs: 2000 });
    expect(clip).toMatchObject({ width, height });
    const decoded = await decodeClip(clip.mp4);
    expect([lumaAt(decoded, 0.4, 0.6), lumaAt(decoded, 0.6, 0.6)].map((luma) => luma > 120)).toEqual([false, true]);
  });

  it('takes exactly the size of a poster, and is made smaller when it is large', async () => {
    expect(await conformClip(await grey(), { aspect: '1:1', durationMs: 1000, size: { width: 640, height: 300 } })).toMatchObject({ width: 640, height: 300 });
    expect(await conformClip(await grey({ width: 1920, height: 1088 }), { aspect: 'preserve', durationMs: 1000 })).toMatchObject({ width: 1276, height: 722 });
  });

  it.each([
    ['a quarter turn right', [0, 1, -1, 0], [180, 320], { x: 0.4, y: 0.9 }, 200, { x: 0.4, y: 0.1 }, 40, { x: 0.95, y: 0.5 }],
    ['a quarter turn left', [0, -1, 1, 0], [180, 320], { x: 0.6, y: 0.9 }, 40, { x: 0.6, y: 0.1 }, 200, { x: 0.05, y: 0.5 }],
    ['upside down', [-1, 0, 0, -1], [320, 180], { x: 0.1, y: 0.4 }, 200, { x: 0.9, y: 0.4 }, 40, { x: 0.5, y: 0.95 }],
  ] as const)('stands upright: %s', async (_name, matrix, [width, height], one, light, two, dark, top) => {
    const source = await grey({ draw: halves(320, 180), matrix: [...matrix] });
    const clip = await conformClip(source, { aspect: 'preserve', durationMs: 2000 });
    expect(clip).toMatchObject({ width, height });
    const decoded = await decodeClip(clip.mp4);
    expect(Math.abs(lumaAt(decoded, one.x, one.y) - light)).toBeLessThan(6);
    expect(Math.abs(lumaAt(decoded, two.x, two.y) - dark)).toBeLessThan(6);
    expect(Math.abs(lumaAt(decoded, top.x, top.y) - 128)).toBeLessThan(6);
  });

  it('has square pixels', async () => {
    const clip = await conformClip(await grey({ pixelAspect: [4, 3] }), { aspect: 'preserve', durationMs: 2000 });
    expect(Math.abs(clip.width - (320 * 4) / 3)).toBeLessThan(2);
    expect(clip.height).toBe(180);
  });

  it.each([
    ['that says BT.709', AVCOL_SPC_BT709, [63, 102, 240]],
    ['that says BT.601', AVCOL_SPC_SMPTE170M, [81, 90, 240]],
    ['that says nothing, as FFmpeg wrote it from RGB', undefined, [81, 90, 240]],
  ] as const)('keeps the colours of a file %s', async (_name, colours, [y, u, v]) => {
    // Pure red, as each of the two standards codes it.
    const draw: ForeignClip['draw'] = (_index, out) => {
      out.fill(y, 0, 320 * 180);
      out.fill(u, 320 * 180, (320 * 180 * 5) / 4);
      out.fill(v, (320 * 180 * 5) / 4);
    };
    const { frames } = await decodeClip((await conformClip(await grey({ draw, colours }), { aspect: 'preserve', durationMs: 2000 })).mp4);
    const found = [frames[5]![0]!, frames[5]![320 * 180]!, frames[5]!.at(-1)!];
    [63, 102, 240].forEach((expected, i) => expect(Math.abs(found[i]! - expected)).toBeLessThan(4));
  });

  it('tells progress and can be cancelled', async () => {
    const source = await grey({ times: steady(72, 24) });
    const fractions: number[] = [];
    await conformClip(source, { aspect: 'preserve', durationMs: 2000 }, { onProgress: (fraction) => fractions.push(fraction) });
    expect(fractions.at(-1)).toBe(1);
    expect([...fractions].sort((a, b) => a - b)).toEqual(fractions);
    const stop = new AbortController();
    const lost = conformClip(source, { aspect: 'preserve', durationMs: 2000 }, { signal: stop.signal, onProgress: () => stop.abort() });
    await expect(lost).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('is the same bytes each time', async () => {
    const source = await grey({ width: 200, height: 200 });
    const [one, two] = await Promise.all([1, 2].map(() => conformClip(source, { aspect: '16:9', durationMs: 2000 })));
    expect(Buffer.compare(one!.mp4, two!.mp4)).toBe(0);
  });
});
