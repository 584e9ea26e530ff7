/**
 * Measures the local renderer beside its baselines, in one run: `npx tsx bench/render.ts`.
 * Prints a table and, as the last line, the same as JSON.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { decodeClip } from '../lib/render/decode';
import { encodeMp4, FINAL_QUALITY } from '../lib/render/encode';
import { closeRenderer, inspectClip, renderClip, warmRenderer } from '../lib/render/index';
import { fillMesh, newMesh } from '../lib/render/mesh';
import { prepareScene } from '../lib/render/render-clip';
import { meanDifference } from '../lib/render/testing/measure';
import { texturedPicture } from '../lib/render/testing/pictures';
import type { RenderJob } from '../lib/render/types';
import { newPicture, warpPicture } from '../lib/render/warp';

const WIDTH = 1280;
const HEIGHT = 720;
const FPS = 24;
const SECONDS = 4;
const scene = path.join(import.meta.dirname, '..', 'lib', 'render', 'fixtures', 'scene.jpg');
const folder = mkdtempSync(path.join(os.tmpdir(), 'render-bench-'));
const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;
const median = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!;
const seconds = async (work: () => unknown) => {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
};

/** Root mean square of how far each frame's step is from the mean step, pixels; frames are luma, shift along x. */
function jitter(frames: Uint8Array[], width: number, height: number): { jitterPx: number; meanStepPx: number } {
  const steps = frames.slice(1).map((frame, k) => shiftX(frames[k]!, frame, width, height));
  const mean = steps.reduce((a, b) => a + b) / steps.length;
  return { jitterPx: Math.sqrt(steps.reduce((sum, s) => sum + (s - mean) ** 2, 0) / steps.length), meanStepPx: mean };
}

/** Least-squares shift along x from a to b, with gradients taken from both so that the bias cancels. */
function shiftX(a: Uint8Array, b: Uint8Array, width: number, height: number): number {
  let top = 0;
  let bottom = 0;
  for (let y = 32; y < height - 32; y++) {
    for (let x = 32; x < width - 32; x++) {
      const i = y * width + x;
      const slope = (a[i + 1]! - a[i - 1]! + b[i + 1]! - b[i - 1]!) / 4;
      top += slope * (a[i]! - b[i]!);
      bottom += slope * slope;
    }
  }
  return top / bottom;
}

const job: RenderJob = {
  source: readFileSync(scene),
  motion: 'medium',
  mode: 'loop',
  durationSeconds: SECONDS,
  seed: 7,
  aspect: 'preserve',
  prompt: '',
  segment: 'whole',
};

async function ours() {
  await warmRenderer();
  const times: number[] = [];
  const first: number[] = [];
  let mp4: Uint8Array = new Uint8Array();
  for (let run = 0; run < 3; run++) {
    times.push(
      await seconds(async () => {
        const clip = await renderClip({ ...job, seed: run });
        first.push(clip.firstFrameMs);
        mp4 = clip.mp4;
      }),
    );
  }
  const two = await seconds(() => Promise.all([renderClip(job), renderClip({ ...job, seed: 8 })]));
  return { wall: median(times), two, firstFrameMs: median(first), mp4, info: await inspectClip(mp4) };
}

function zoompanSeconds(): number | null {
  if (!hasFfmpeg) return null;
  const filter = `zoompan=z='1+0.065*(1-cos(2*PI*on/96))':x='(iw-iw/zoom)/2':y='(ih-ih/zoom)/2':d=${SECONDS * FPS}:s=${WIDTH}x${HEIGHT}:fps=${FPS},format=yuv420p`;
  const run = () =>
    execFileSync('ffmpeg', [
      '-v', 'error', '-y', '-i', scene, '-vf', filter, '-c:v', 'libx264', '-preset', FINAL_QUALITY.preset, '-crf', String(FINAL_QUALITY.crf),
      '-threads', '2', '-x264-params', 'aq-mode=3:mbtree=0:scenecut=0:keyint=250', '-movflags', '+faststart', '-an', path.join(folder, 'zoompan.mp4'),
    ]);
  return median(
    [0, 1, 2].map(() => {
      const start = performance.now();
      run();
      return (performance.now() - start) / 1000;
    }),
  );
}

/** Both move a 1.2 times enlarged texture by 0.3 px a frame; neither is compressed. */
async function smoothness() {
  const count = 40;
  const source = await texturedPicture(WIDTH, HEIGHT, 9);
  const prepared = await prepareScene({ ...job, source });
  const mesh = newMesh(WIDTH, HEIGHT);
  const still = { scale: 1.2, aim: { x: 0, y: 0 }, parallax: { x: 0, y: 0 }, dolly: 0, roll: 0, swell: 0 };
  const mine = Array.from({ length: count }, (_, k) => {
    const out = newPicture(WIDTH, HEIGHT);
    fillMesh(mesh, prepared.plan, { ...still, aim: { x: 0.25 * k - 5, y: 0 } }, prepared.depth);
    warpPicture(prepared.work, mesh, WIDTH, HEIGHT, out);
    return out.subarray(0, WIDTH * HEIGHT);
  });
  if (!hasFfmpeg) return { ours: jitter(mine, WIDTH, HEIGHT), zoompan: null };
  const png = path.join(folder, 'texture.png');
  writeFileSync(png, await sharp(source).png().toBuffer());
  const raw = execFileSync(
    'ffmpeg',
    ['-v', 'error', '-i', png, '-vf', `zoompan=z=1.2:x='60+0.25*on':y=60:d=${count}:s=${WIDTH}x${HEIGHT}:fps=24,format=gray`, '-f', 'rawvideo', '-'],
    { maxBuffer: 2 * count * WIDTH * HEIGHT },
  );
  const theirs = Array.from({ length: count }, (_, k) => new Uint8Array(raw.subarray(k * WIDTH * HEIGHT, (k + 1) * WIDTH * HEIGHT)));
  return { ours: jitter(mine, WIDTH, HEIGHT), zoompan: jitter(theirs, WIDTH, HEIGHT) };
}

try {
  const render = await ours();
  const { frames } = await decodeClip(render.mp4);
  const encode = () => seconds(() => encodeMp4({ width: WIDTH, height: HEIGHT, fps: FPS, ...FINAL_QUALITY }, (i) => frames[i] ?? null));
  const rawEncode = median([await encode(), await encode(), await encode()]);
  const zoompan = zoompanSeconds();
  const smooth = await smoothness();
  const luma = WIDTH * HEIGHT;
  const steps = frames.slice(1).map((frame, i) => meanDifference(frames[i]!, frame, luma));
  const report = {
    clip: { ...render.info, bytes: render.mp4.byteLength },
    load: os.loadavg()[0],
    secondsPerClipSecond: { ours: render.wall / SECONDS, oursTwoAtOnce: render.two / (2 * SECONDS), rawX264: rawEncode / SECONDS, zoompan: zoompan && zoompan / SECONDS },
    wallSecondsFor4s: render.wall,
    firstFrameMs: render.firstFrameMs,
    jitterPx: { ours: smooth.ours.jitterPx, zoompan: smooth.zoompan?.jitterPx ?? null },
    stepPx: { ours: smooth.ours.meanStepPx, zoompan: smooth.zoompan?.meanStepPx ?? null },
    loop: { firstToLast: meanDifference(frames.at(-1)!, frames[0]!, luma), meanStep: steps.reduce((a, b) => a + b) / steps.length },
  };
  const n = (value: number | null | undefined, digits = 3) => (value == null ? 'skipped: no ffmpeg' : value.toFixed(digits));
  console.table({
    'work per second of 720p clip (s)': { ours: n(report.secondsPerClipSecond.ours), 'ffmpeg zoompan': n(report.secondsPerClipSecond.zoompan), 'raw x264': n(report.secondsPerClipSecond.rawX264) },
    'two clips at once, per clip second (s)': { ours: n(report.secondsPerClipSecond.oursTwoAtOnce) },
    'residual jitter at 0.3 px a frame (px)': { ours: n(report.jitterPx.ours, 4), 'ffmpeg zoompan': n(report.jitterPx.zoompan, 4) },
    'first frame after acceptance (ms)': { ours: n(report.firstFrameMs, 0) },
    'loop: first to last | mean step (luma)': { ours: `${n(report.loop.firstToLast, 2)} | ${n(report.loop.meanStep, 2)}` },
  });
  console.log(JSON.stringify(report));
} finally {
  await closeRenderer();
  rmSync(folder, { recursive: true, force: true });
}
