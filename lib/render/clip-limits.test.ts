import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clipFrame, closeRenderer, conformClip, mergeLoop } from './index';
import { makePool } from './pool';
import { seededRandom } from './random';
import { foreignClip, levels, steady } from './testing/foreign';
import { texturedPicture } from './testing/pictures';

afterAll(closeRenderer);

const grey = (width: number, height: number, times: number[]) => foreignClip({ width, height, times, draw: levels });
const conform = (mp4: Uint8Array, durationMs = 2000) => conformClip(mp4, { aspect: 'preserve', durationMs });
const refused = (words: RegExp) => ({ name: 'RenderError', code: 'clip_unsupported', message: expect.stringMatching(words) });

/** The place of a box's name in the index, which is the file's end. */
function placeOf(mp4: Uint8Array, name: string): number {
  const at = Buffer.from(mp4.buffer, mp4.byteOffset, mp4.byteLength).lastIndexOf(name, undefined, 'latin1');
  if (at < 0) throw new Error(`no ${name}`);
  return at;
}

/** The same file with one 32-bit number changed, `offset` bytes behind a box's name. */
function changed(mp4: Uint8Array, name: string, offset: number, value: number): Uint8Array {
  const copy = mp4.slice();
  new DataView(copy.buffer).setUint32(placeOf(copy, name) + offset, value);
  return copy;
}

describe('a clip that cannot be used', () => {
  let good: Uint8Array;
  beforeAll(async () => {
    good = await grey(160, 128, steady(48, 24));
  });

  it.each([
    ['a text', async () => new TextEncoder().encode('hello, I am a text '.repeat(100)), /no MP4/],
    ['a picture', async () => texturedPicture(), /no MP4/],
    ['nothing', async () => new Uint8Array(), /no MP4/],
    ['a playlist that names another file', async () => new TextEncoder().encode('#EXTM3U\n#EXTINF:5,\nfile:///etc/hostname\n'), /no MP4/],
    ['too small a picture', async () => grey(160, 96, steady(48, 24)), /160x96.*128 to 4096/],
    ['too long', async () => grey(160, 128, [0, 61_000]), /longer than 60 s/],
    ['too many frames', async () => grey(128, 128, steady(3700, 120)), /more than 3600 frames/],
    ['shorter than half of what was asked', async () => grey(160, 128, steady(20, 24)), /0\.83 s long, shorter than half of the asked 2 s/],
    ['one frame', async () => grey(160, 128, [0]), /shorter than half/],
  ])('is refused with a sentence that says why: %s', async (_name, clip, words) => {
    await expect(conform(await clip())).rejects.toMatchObject(refused(words));
  });

  it('is refused when it was cut off, wherever', async () => {
    for (const part of [0.1, 0.5, 0.9, 0.99]) {
      await expect(conform(good.slice(0, Math.floor(good.length * part)))).rejects.toMatchObject({ code: 'clip_unsupported' });
    }
    // With its index in front it would open, and be shown up to the cut.
    const indexed = (await conform(good)).mp4;
    await expect(conform(indexed.slice(0, indexed.length - 40))).rejects.toMatchObject(refused(/damaged or cut off/));
  });

  it('is refused before memory is taken for what its tables promise', async () => {
    const before = process.memoryUsage.rss();
    // The sample count of the one, the first run's length of the other.
    for (const name of ['stsz', 'stts']) await expect(conform(changed(good, name, 12, 0x7fffffff))).rejects.toMatchObject(refused(/promise more/));
    expect(process.memoryUsage.rss() - before).toBeLessThan(100 * 2 ** 20);
  });

  it('is believed by its pictures, not by its container, about its size', async () => {
    // Width and height, 16 bits each, 24 bytes into the sample entry.
    const clip = await conform(changed(good, 'avc1', 28, 4000 * 65_536 + 3200));
    expect(clip).toMatchObject({ width: 160, height: 128 });
    await expect(conform(changed(good, 'avc1', 28, 60_000 * 65_536 + 60_000))).rejects.toMatchObject(refused(/60000x60000/));
  });

  it('is refused as a stage and as the source of a picture, too', async () => {
    const junk = new Uint8Array(5000).fill(7);
    await expect(clipFrame(junk, 'last')).rejects.toMatchObject({ code: 'clip_unsupported' });
    await expect(mergeLoop(good, junk, { durationMs: 2000, kind: 'crossfade' })).rejects.toMatchObject({ code: 'clip_unsupported' });
    await expect(mergeLoop(good, good, { durationMs: 60_000, kind: 'crossfade' })).rejects.toMatchObject(refused(/shorter than half/));
    await expect(conform(good, 2500)).rejects.toMatchObject({ code: 'invalid_job' });
  });

  it('never takes the worker down, time or memory, however it is broken', async () => {
    const seed = Number(process.env.MUTATION_SEED ?? Math.floor(Math.random() * 2 ** 31));
    const random = seededRandom(seed);
    const pool = makePool(1);
    const before = process.memoryUsage.rss();
    try {
      const index = placeOf(good, 'moov') - 4;
      let survived = 0;
      for (let run = 0; run < 150; run++) {
        const broken = good.slice();
        // Half of them in the index, where numbers steer; half anywhere.
        const from = run % 2 ? index : 0;
        for (let hits = 1 + Math.floor(random() * 8); hits > 0; hits--) {
          const at = from + Math.floor(random() * (broken.length - from));
          broken[at] = random() < 0.3 ? 255 : Math.floor(random() * 256);
        }
        const what = `MUTATION_SEED=${seed} run ${run}`;
        const start = performance.now();
        const outcome = await pool.run('conform', { mp4: broken, options: { aspect: 'preserve', durationMs: 2000 } }).then(
          (clip) => ({ code: 'done', durationMs: clip.durationMs }),
          (error: { code: string }) => ({ code: error.code, durationMs: 2000 }),
        );
        expect(['done', 'clip_unsupported'], what).toContain(outcome.code);
        expect(outcome.durationMs, what).toBe(2000);
        expect(performance.now() - start, what).toBeLessThan(20_000);
        if (outcome.code === 'done') survived++;
      }
      expect(survived).toBeGreaterThan(0);
      expect(process.memoryUsage.rss() - before).toBeLessThan(500 * 2 ** 20);
    } finally {
      await pool.close();
    }
  }, 120_000);
});
