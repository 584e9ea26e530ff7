import { describe, expect, it } from 'vitest';
import { seededRandom } from './random';
import { chooseRate, FASTEST_FPS, retime, SLOWEST_FPS } from './retime';
import { steady } from './testing/foreign';

const clip = (count: number, fps: number) => ({ times: steady(count, fps), durationMs: (count * 1000) / fps });
const shown = (timing: ReturnType<typeof retime>) => timing.picks.map((pick) => pick.index + pick.mix);

describe('retiming', () => {
  it('shows a clip that fits frame for frame, and cuts a longer one off', () => {
    expect(shown(retime(clip(81, 16), { durationMs: 5000, time: 'trim' }))).toEqual(Array.from({ length: 80 }, (_, i) => i));
    expect(shown(retime(clip(96, 24), { durationMs: 4000, time: 'trim' }))).toEqual(Array.from({ length: 96 }, (_, i) => i));
    expect(shown(retime(clip(192, 24000 / 1001), { durationMs: 8000, time: 'trim' }))).toEqual(Array.from({ length: 192 }, (_, i) => i));
  });

  it('changes the rate rather than the frames: 5 s in 4 s are the same pictures, 20 a second', () => {
    const timing = retime(clip(80, 16), { durationMs: 4000, time: 'stretch' });
    expect(timing.fps).toBe(20);
    expect(shown(timing)).toEqual(Array.from({ length: 80 }, (_, i) => i));
  });

  it('shows every second frame of 60 a second, and of 50', () => {
    expect(retime(clip(240, 60), { durationMs: 4000, time: 'trim' })).toMatchObject({ fps: 30, picks: expect.objectContaining({ length: 120 }) });
    expect(shown(retime(clip(200, 50), { durationMs: 4000, time: 'trim' }))).toEqual(Array.from({ length: 100 }, (_, i) => 2 * i));
  });

  it('fills the time of a short clip with motion: no frame is shown twice running, and the last is reached', () => {
    const timing = retime(clip(48, 16), { durationMs: 5000, time: 'trim' });
    const at = shown(timing);
    for (let i = 1; i < at.length - 2; i++) expect(at[i]! - at[i - 1]!).toBeGreaterThan(0.3);
    expect(at.at(-1)).toBeGreaterThanOrEqual(47);
  });

  it('resamples irregular times by when each frame is shown', () => {
    // Half a second of 24 a second, then a frame that stays for a quarter, then 24 a second again.
    const times = [...steady(12, 24), ...steady(6, 24).map((ms) => 750 + ms)];
    const { fps, picks } = retime({ times, durationMs: 1000 }, { durationMs: 1000, time: 'trim' });
    picks.forEach(({ index }, i) => {
      const nearest = times.reduce((best, time, at) => (Math.abs(time - (i * 1000) / fps) < Math.abs(times[best]! - (i * 1000) / fps) ? at : best), 0);
      expect(Math.abs(times[index]! - times[nearest]!)).toBeLessThan(1e-6);
    });
  });

  it('always gives exactly the time, forwards, within the clip and the rates', () => {
    const seed = Number(process.env.RETIME_SEED ?? Math.floor(Math.random() * 2 ** 31));
    const random = seededRandom(seed);
    for (let run = 0; run < 300; run++) {
      const count = 2 + Math.floor(random() * 400);
      let now = 0;
      const times = Array.from({ length: count }, (_, i) => (i ? (now += 1 + random() * 120) : 0));
      const timeline = { times, durationMs: now + 40 };
      const durationMs = 1000 * (1 + Math.floor(random() * 8));
      const { fps, picks } = retime(timeline, { durationMs, time: random() < 0.5 ? 'trim' : 'stretch' });
      const what = `RETIME_SEED=${seed} run ${run}`;
      expect(picks.length * 1000, what).toBe(durationMs * fps);
      expect(fps >= SLOWEST_FPS && fps <= FASTEST_FPS, what).toBe(true);
      for (const [i, { index, mix }] of picks.entries()) {
        expect(index >= (picks[i - 1]?.index ?? 0) && index < count && mix >= 0 && mix <= 1, what).toBe(true);
        expect(mix === 0 || index + 1 < count, what).toBe(true);
      }
    }
  });

  it('refuses a time that whole frames cannot fill', () => {
    for (const durationMs of [0, 2500, 61_000, Number.NaN]) {
      expect(() => retime(clip(48, 24), { durationMs, time: 'trim' })).toThrow(expect.objectContaining({ code: 'invalid_job' }));
    }
  });

  it.each([[60, 30], [50, 25], [48, 24], [40, 20], [30.4, 30], [29.97, 30], [16, 16], [12, 12], [8, 16], [5, 15]])('shows %d a second as %d', (rate, fps) => {
    expect(chooseRate(rate).fps).toBe(fps);
  });
});
