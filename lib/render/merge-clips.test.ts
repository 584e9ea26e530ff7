import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decodeClip } from './decode';
import { inspectMp4 } from './inspect';
import { joinStages } from './join-stages';
import { mergeClips } from './merge-clips';
import { renderHere, smallJob } from './testing/jobs';
import { meanDifference, psnr } from './testing/measure';

const hooks = { cancelled: () => false, onFrame: () => undefined };

describe('joining a loop', () => {
  it('gives the same pictures as the loop in one piece, in exactly the asked time', async () => {
    const whole = await decodeClip((await renderHere(await smallJob())).mp4);
    const forward = await renderHere(await smallJob({ segment: 'forward' }));
    const back = await renderHere(await smallJob({ segment: 'back' }));
    expect([forward.frames, back.frames]).toEqual([13, 13]);
    const merged = await mergeClips(forward.mp4, back.mp4, { durationMs: 2000, kind: 'native' }, hooks);
    expect(await inspectMp4(merged.mp4)).toMatchObject({ frames: 24, durationMs: 2000, hasAudio: false, faststart: true });
    const joined = await decodeClip(merged.mp4);
    joined.frames.forEach((frame, i) => expect(psnr(frame, whole.frames[i]!)).toBeGreaterThan(32));
  });

  it('joins our own stages without encoding again: their pictures stay as they were, frame for frame', async () => {
    const [forward, back] = [await renderHere(await smallJob({ segment: 'forward' })), await renderHere(await smallJob({ segment: 'back' }))];
    const joined = await joinStages(forward.mp4, back.mp4, 2000);
    const frames = async (mp4: Uint8Array) => (await decodeClip(mp4)).frames.map((frame) => createHash('sha1').update(frame).digest('hex'));
    expect(await frames(joined!.mp4)).toEqual([...(await frames(forward.mp4)).slice(0, -1), ...(await frames(back.mp4)).slice(0, -1)]);
    expect(await joinStages(forward.mp4, back.mp4, 3000)).toBeNull();
    expect(await joinStages(forward.mp4, (await renderHere(await smallJob())).mp4, 2000)).toBeNull();
  });

  it('fits clips of other lengths and sizes', async () => {
    const forward = await renderHere(await smallJob({ mode: 'animate-on-hover', durationSeconds: 3 }));
    const back = await renderHere(await smallJob({ mode: 'animate-in', maxLongSide: 320 }));
    const merged = await mergeClips(forward.mp4, back.mp4, { durationMs: 3000, kind: 'native' }, hooks);
    // 36 frames and 22 more: 19 a second show nearly each of them once.
    expect(await inspectMp4(merged.mp4)).toMatchObject({ frames: 57, durationMs: 3000, width: forward.width, height: forward.height });
  });

  it('crossfades the end into the first frame when the clips do not meet', async () => {
    const forward = await renderHere(await smallJob({ mode: 'animate-on-hover', motion: 'kinetic', fps: 24 }));
    const back = await renderHere(await smallJob({ mode: 'animate-on-hover', motion: 'kinetic', seed: 5, fps: 24 }));
    const { frames, width, height } = await decodeClip((await mergeClips(forward.mp4, back.mp4, { durationMs: 4000, kind: 'crossfade' }, hooks)).mp4);
    expect(frames).toHaveLength(96);
    const distance = (index: number) => meanDifference(frames[index]!, frames[0]!, width * height);
    expect(distance(95)).toBeLessThan(0.35 * distance(90));
    for (let i = 92; i < 96; i++) expect(distance(i)).toBeLessThan(distance(i - 1));
  });

  it('refuses what is no clip', async () => {
    const junk = new Uint8Array(5000).fill(7);
    await expect(mergeClips(junk, junk, { durationMs: 2000, kind: 'native' }, hooks)).rejects.toMatchObject({ code: 'clip_unsupported' });
  });
});
