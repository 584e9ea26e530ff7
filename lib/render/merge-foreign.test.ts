import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addSound } from '@/test/replicate/sound';
import { decodeClip } from './decode';
import { closeRenderer, conformClip, inspectClip, measureSeam, mergeLoop, renderClip } from './index';
import { foreignClip, levelOf, levels, panning, steady } from './testing/foreign';
import { smallJob } from './testing/jobs';
import { meanDifference } from './testing/measure';

afterAll(closeRenderer);

const promised = { codec: 'h264', pixelFormat: 'yuv420p', hasAudio: false, faststart: true };
const ease = (t: number) => t * t * (3 - 2 * t);
const FAR = 120;

/** A stage that pans: there, all the way home, or only part of the way. */
async function stage(way: 'there' | 'home' | 'part', fps: number, seconds = 5, size = { width: 416, height: 240 }): Promise<Uint8Array> {
  const count = seconds * fps + 1;
  const at = (t: number) => FAR * { there: ease(t), home: 1 - ease(t), part: 1 - 0.7 * ease(t) }[way];
  return foreignClip({ ...size, times: steady(count, fps), draw: await panning(size.width, size.height, (i) => at(i / (count - 1))) });
}

/** Stages whose frames tell their index: 0..count-1 there, the same back. */
async function counted(there: number, back: number, fps: [number, number]): Promise<[Uint8Array, Uint8Array]> {
  const size = { width: 160, height: 128 };
  const forward = await foreignClip({ ...size, times: steady(there, fps[0]), draw: levels });
  return [forward, await foreignClip({ ...size, times: steady(back, fps[1]), draw: (i, out) => levels(((back - 1 - i) * (there - 1)) / (back - 1), out) })];
}

describe.each([16, 24])('a loop of a model that makes %i frames a second', (fps) => {
  let there: Uint8Array;
  beforeAll(async () => {
    there = await stage('there', fps);
  });

  it.each([4, 5, 7])('closes when the model comes home (native), in exactly %i s', async (seconds) => {
    const loop = await mergeLoop(there, await stage('home', fps), { durationMs: seconds * 1000, kind: 'native' });
    expect(await inspectClip(loop.mp4)).toMatchObject({ ...promised, width: 416, height: 240, frames: loop.frames, durationMs: seconds * 1000 });
    for (const seam of [loop.seam!, await measureSeam(loop.mp4)]) expect(seam.difference).toBeLessThan(seam.step + 1.5);
  });

  it('closes by a crossfade when it does not (crossfade), in exactly 4 s', async () => {
    const back = await stage('part', fps);
    const loop = await mergeLoop(there, back, { durationMs: 4000, kind: 'crossfade' });
    expect(await inspectClip(loop.mp4)).toMatchObject({ ...promised, frames: loop.frames, durationMs: 4000 });
    const seam = await measureSeam(loop.mp4);
    const open = await measureSeam((await mergeLoop(there, back, { durationMs: 4000, kind: 'native' })).mp4);
    expect(seam.difference).toBeLessThan(seam.step + 2);
    expect(open.difference).toBeGreaterThan(5 * seam.difference);
    const { frames, width, height } = await decodeClip(loop.mp4);
    const fade = Math.round(0.2 * loop.fps);
    const distance = (index: number) => meanDifference(frames[index]!, frames[0]!, width * height);
    for (let i = frames.length - fade; i < frames.length; i++) expect(distance(i)).toBeLessThan(distance(i - 1));
  });
});

describe('joining stages of other lengths and shapes', () => {
  it('drops both doubled frames and shows every other one once, where the numbers allow it', async () => {
    const [forward, back] = await counted(41, 41, [16, 16]);
    const loop = await mergeLoop(forward, back, { durationMs: 4000, kind: 'native' });
    const at = (await decodeClip(loop.mp4)).frames.map(levelOf);
    expect(at).toHaveLength(80);
    at.forEach((index, i) => expect(Math.abs(index - (i <= 40 ? i : 80 - i))).toBeLessThanOrEqual(0.5));
  });

  it('stretches unequal stages by the same measure and keeps both seams', async () => {
    // 3.3 s there at 16 a second, 2.1 s back at 24: 2 s in all.
    const [forward, back] = await counted(53, 51, [16, 24]);
    const loop = await mergeLoop(forward, back, { durationMs: 2000, kind: 'native' });
    const at = (await decodeClip(loop.mp4)).frames.map(levelOf);
    const turn = (2000 * (52 / 16)) / (52 / 16 + 50 / 24);
    at.forEach((index, i) => {
      const ms = (i * 2000) / at.length;
      const wanted = ms < turn ? (52 * ms) / turn : 52 * (1 - (ms - turn) / (2000 - turn));
      expect(Math.abs(index - wanted)).toBeLessThan(1.6);
    });
    expect(at[0]).toBe(0);
    expect(Math.max(...at)).toBeGreaterThanOrEqual(51);
    expect(at.at(-1)).toBeLessThan(3);
  });

  it('takes sound, another size and a given framing', async () => {
    const forward = await addSound(await stage('there', 24, 2), 2);
    const back = await addSound(await stage('home', 16, 2, { width: 640, height: 360 }), 2);
    const loop = await mergeLoop(forward, back, { durationMs: 3000, kind: 'native', aspect: '1:1' });
    expect(await inspectClip(loop.mp4)).toMatchObject({ ...promised, width: 240, height: 240, durationMs: 3000 });
    const sized = await mergeLoop(forward, back, { durationMs: 2000, kind: 'crossfade', size: { width: 640, height: 360 } });
    expect(await inspectClip(sized.mp4)).toMatchObject({ ...promised, width: 640, height: 360, durationMs: 2000 });
  });

  it('joins conformed stages of the own renderer, too, at their seam', async () => {
    const stages = [];
    for (const segment of ['forward', 'back'] as const) {
      const { mp4 } = await renderClip(await smallJob({ segment, fps: 24, durationSeconds: 4 }));
      stages.push((await conformClip(mp4, { aspect: 'preserve', durationMs: null })).mp4);
    }
    const loop = await mergeLoop(stages[0]!, stages[1]!, { durationMs: 4000, kind: 'native' });
    expect(loop).toMatchObject({ fps: 24, frames: 96, durationMs: 4000 });
    expect(loop.seam!.difference).toBeLessThan(loop.seam!.step + 1);
  });

  it('can be cancelled', async () => {
    const stop = new AbortController();
    const [forward, back] = await counted(41, 41, [16, 16]);
    const lost = mergeLoop(forward, back, { durationMs: 8000, kind: 'crossfade' }, { signal: stop.signal, onProgress: () => stop.abort() });
    await expect(lost).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('the measure of a seam', () => {
  it('tells a loop that closes from a clip that jumps', async () => {
    const closed = await measureSeam((await renderClip(await smallJob({ mode: 'loop' }))).mp4);
    const jumping = await measureSeam((await renderClip(await smallJob({ mode: 'animate-in', motion: 'kinetic' }))).mp4);
    expect(closed.difference).toBeLessThan(2 * closed.step);
    expect(jumping.difference).toBeGreaterThan(4 * jumping.step);
  });
});
