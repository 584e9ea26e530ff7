import { describe, expect, it } from 'vitest';
import sharp from 'sharp';
import { decodeClip } from './decode';
import { inspectMp4 } from './inspect';
import { renderHere, smallJob } from './testing/jobs';
import { texturedPicture } from './testing/pictures';

describe('every clip', () => {
  it.each(['loop', 'animate-in', 'animate-on-hover'] as const)('%s has exactly the asked frames and duration, also odd ones', async (mode) => {
    for (const [durationSeconds, fps] of [[2, 12], [3, 24], [5, 25]] as const) {
      const clip = await renderHere(await smallJob({ mode, durationSeconds, fps, maxLongSide: 320 }));
      const info = await inspectMp4(clip.mp4);
      expect(info).toMatchObject({ frames: durationSeconds * fps, durationMs: durationSeconds * 1000, fps });
      expect(clip).toMatchObject({ frames: durationSeconds * fps, durationMs: durationSeconds * 1000, fps });
      expect((await decodeClip(clip.mp4)).frames).toHaveLength(durationSeconds * fps);
    }
  });

  it('is silent faststart H.264 in yuv420p', async () => {
    const info = await inspectMp4((await renderHere(await smallJob())).mp4);
    expect(info).toMatchObject({ codec: 'h264', pixelFormat: 'yuv420p', hasAudio: false, faststart: true });
  });

  it.each([
    ['preserve', 16 / 9],
    ['1:1', 1],
    ['16:9', 16 / 9],
    ['9:16', 9 / 16],
  ] as const)('keeps aspect %s with even sides', async (aspect, ratio) => {
    const clip = await renderHere(await smallJob({ aspect }));
    expect(clip.width % 2 || clip.height % 2).toBe(0);
    expect(Math.abs(clip.width / clip.height - ratio)).toBeLessThan(0.02);
    expect(Math.max(clip.width, clip.height)).toBeLessThanOrEqual(480);
  });

  it('is never over 1280 a side, and enlarges tiny sources only to 640', async () => {
    const one = { durationSeconds: 2, fps: 2, maxLongSide: undefined };
    expect(await renderHere(await smallJob({ ...one, source: await texturedPicture(2000, 700) }))).toMatchObject({ width: 1280, height: 448 });
    expect(await renderHere(await smallJob({ ...one, source: await texturedPicture(256, 256) }))).toMatchObject({ width: 640, height: 640 });
  });

  it('keeps the colours of the source', async () => {
    const background = { r: 200, g: 60, b: 30 };
    const source = await sharp({ create: { width: 400, height: 300, channels: 3, background } }).png().toBuffer();
    const { frames, width, height } = await decodeClip((await renderHere(await smallJob({ source }))).mp4);
    const [y, u, v] = [frames[0]![0]!, frames[0]![width * height]!, frames[0]![(width * height * 5) / 4]!];
    const light = (y - 16) * (255 / 219);
    const rgb = [light + 1.5748 * (v - 128) * (255 / 224), light - (0.1873 * (u - 128) + 0.4681 * (v - 128)) * (255 / 224), light + 1.8556 * (u - 128) * (255 / 224)];
    [200, 60, 30].forEach((expected, i) => expect(Math.abs(rgb[i]! - expected)).toBeLessThan(4));
  });

  it.each([
    ['a truncated JPEG', async () => (await texturedPicture()).slice(0, 4000)],
    ['bytes that are no picture', async () => new TextEncoder().encode('hello, I am a text'.repeat(50))],
    ['an SVG', async () => new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400"/>')],
    ['nothing', async () => new Uint8Array()],
  ])('is refused for %s with a clear error', async (_name, source) => {
    await expect(renderHere(await smallJob({ source: await source() }))).rejects.toMatchObject({ name: 'RenderError', code: 'source_unsupported' });
  });
});
