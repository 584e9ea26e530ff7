import { afterAll, describe, expect, it } from 'vitest';
import { makePool, renderPool } from './pool';
import { analyseImage, closeRenderer, inspectClip, makePoster, renderClip, renderStill } from './index';
import { renderHere, smallJob } from './testing/jobs';

afterAll(closeRenderer);

describe('the pool', () => {
  it('gives the same bytes with one worker, with two busy ones and without any', async () => {
    const job = await smallJob();
    const one = makePool(1);
    const two = makePool(2);
    try {
      const [alone, ...busy] = await Promise.all([one.run('render', job), two.run('render', job), two.run('render', job)]);
      const here = await renderHere(job);
      for (const clip of [...busy, here]) expect(Buffer.compare(clip.mp4, alone.mp4)).toBe(0);
    } finally {
      await Promise.all([one.close(), two.close()]);
    }
  });

  it('renders two at once, tells progress, and leaves the event loop free', async () => {
    const fractions: number[] = [];
    let turns = 0;
    let running = true;
    const spin = () => (turns++, running && setImmediate(spin));
    spin();
    const [a, b] = await Promise.all([
      renderClip(await smallJob({ seed: 1 }), { onProgress: (f) => fractions.push(f) }),
      renderClip(await smallJob({ seed: 2 })),
    ]);
    running = false;
    expect(turns).toBeGreaterThan(100);
    expect(Buffer.compare(a.mp4, b.mp4)).not.toBe(0);
    expect(fractions.at(-1)).toBe(1);
    expect([...fractions].sort((x, y) => x - y)).toEqual(fractions);
    expect(a.firstFrameMs).toBeGreaterThan(0);
  });

  it('cancels a running and a waiting render', async () => {
    const pool = makePool(1);
    try {
      const running = new AbortController();
      const waiting = new AbortController();
      const long = await smallJob({ durationSeconds: 8, fps: 24 });
      const first = pool.run('render', long, { signal: running.signal, onProgress: () => running.abort() });
      const second = pool.run('render', long, { signal: waiting.signal });
      expect(pool.queue).toHaveLength(1);
      waiting.abort();
      await expect(second).rejects.toMatchObject({ name: 'RenderError', code: 'cancelled' });
      await expect(first).rejects.toMatchObject({ code: 'cancelled' });
      expect((await pool.run('render', await smallJob())).frames).toBe(24);
      await expect(pool.run('render', long, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
    } finally {
      await pool.close();
    }
  });

  it('rejects when its worker dies, and goes on with a new one', async () => {
    const pool = makePool(1);
    try {
      const long = await smallJob({ durationSeconds: 8, fps: 24 });
      const lost = pool.run('render', long, { onProgress: () => void pool.slots[0]?.worker.terminate() });
      const queued = pool.run('render', await smallJob());
      await expect(lost).rejects.toMatchObject({ name: 'RenderError', code: 'renderer_crashed' });
      expect((await queued).frames).toBe(24);
    } finally {
      await pool.close();
    }
  });

  it('rejects what is running when closed', async () => {
    const pool = makePool(1);
    const lost = pool.run('render', await smallJob({ durationSeconds: 8 }));
    const refused = expect(lost).rejects.toMatchObject({ code: 'renderer_closed' });
    await pool.close();
    await refused;
  });

  it('carries errors of the source through the thread', async () => {
    await expect(renderClip(await smallJob({ source: new Uint8Array(900) }))).rejects.toMatchObject({ name: 'RenderError', code: 'source_unsupported' });
  });

  it('is one for the process, whoever asks', () => {
    expect(renderPool()).toBe((globalThis as never)[Symbol.for('motioness.render.pool')]);
  });

  it('serves posters, still clips, traits and facts', async () => {
    const { source } = await smallJob();
    const poster = await makePoster(source, { aspect: '1:1' });
    expect(poster.width).toBe(poster.height);
    expect(poster.blurDataUrl).toMatch(/^data:image\/jpeg;base64,/);
    expect(poster.blurDataUrl.length).toBeLessThan(1024);
    expect(await inspectClip(await renderStill(poster.jpg))).toMatchObject({ frames: 24, durationMs: 1000, hasAudio: false, faststart: true });
    expect(await analyseImage(source)).toMatchObject({ width: 640, height: 360, orientation: 'landscape' });
  });
});
