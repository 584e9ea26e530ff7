import { frameRange, poseAt } from './camera-path';
import { planCamera, STEEPEST_DEPTH, type CameraPlan } from './camera-plan';
import { guessDepth, type Depth } from './depth';
import { parseDirections } from './directions';
import { encodeMp4, FINAL_QUALITY } from './encode';
import { frameSource, type Framing } from './framing';
import { imageSize } from './image-library';
import { lookAt } from './look';
import { fillMesh, newMesh } from './mesh';
import { RenderError } from './render-error';
import type { RenderJob } from './types';
import { newPicture, warpPicture, type WorkPicture } from './warp';
import { loadWorkPicture } from './work-picture';

/** What the worker tells and asks while it renders. */
export interface RenderHooks {
  cancelled: () => boolean;
  /** Called after each rendered frame with the count so far and the whole. */
  onFrame: (done: number, total: number) => void;
}

export interface RenderedClip {
  mp4: Uint8Array;
  width: number;
  height: number;
  fps: number;
  frames: number;
  durationMs: number;
}

/** Everything about a job that doesn't change from frame to frame. */
export interface Scene {
  framing: Framing;
  depth: Depth;
  plan: CameraPlan;
  work: WorkPicture;
}

/** Looks at the source and plans the camera. The slow part before the first frame: 60 to 100 ms. */
export async function prepareScene(job: RenderJob): Promise<Scene> {
  const size = await imageSize(job.source);
  const looking = lookAt(job.source);
  // Only a cut needs the focal point; with the whole picture shown both readings of the source run side by side.
  const whole = job.aspect === 'preserve' ? frameSource(size, 'preserve', { x: 0.5, y: 0.5 }, job.maxLongSide) : null;
  const early = whole && loadWorkPicture(job.source, whole);
  early?.catch(() => undefined);
  const look = await looking;
  const framing = whole ?? frameSource(size, job.aspect, look.focal, job.maxLongSide);
  const { crop } = framing;
  const depth = guessDepth(look, framing, size, STEEPEST_DEPTH[job.motion]);
  const inside = (at: number, start: number, length: number, all: number) => Math.min(1, Math.max(0, (at * all - start) / length));
  const plan = planCamera({
    width: framing.width,
    height: framing.height,
    motion: job.motion,
    mode: job.mode,
    durationSeconds: job.durationSeconds,
    seed: job.seed,
    directions: parseDirections(job.prompt),
    focal: {
      x: inside(look.focal.x, crop.left, crop.width, size.width),
      y: inside(look.focal.y, crop.top, crop.height, size.height),
    },
    depth,
  });
  return { framing, depth, plan, work: await (early ?? loadWorkPicture(job.source, framing)) };
}

/** Renders frame `index` of the whole clip into `out`, a packed yuv420p picture of the framing's size. */
export function frameRenderer(scene: Scene, job: RenderJob): (index: number, total: number, out: Uint8Array) => void {
  const { width, height } = scene.framing;
  const mesh = newMesh(width, height);
  return (index, total, out) => {
    fillMesh(mesh, scene.plan, poseAt(scene.plan, job.mode, job.motion, index, total), scene.depth);
    warpPicture(scene.work, mesh, width, height, out);
  };
}

/** Renders one job on the calling thread. Deterministic: same job, same bytes. */
export async function renderClipHere(job: RenderJob, hooks: RenderHooks): Promise<RenderedClip> {
  checkJob(job);
  const fps = job.fps ?? 24;
  const scene = await prepareScene(job);
  const range = frameRange(job.segment, job.mode, job.durationSeconds, fps);
  const count = range.last - range.first + 1;
  const { width, height } = scene.framing;
  const draw = frameRenderer(scene, job);
  const picture = newPicture(width, height);
  // A stage's last frame is the other's first, and goes when they are joined.
  const detachable = job.segment === 'whole' ? undefined : count - 1;
  const { mp4, frames } = await encodeMp4({ width, height, fps, ...FINAL_QUALITY, detachable }, (index) => {
    if (hooks.cancelled()) throw new RenderError('cancelled', 'The render was cancelled.');
    if (index >= count) return null;
    draw(range.first + index, range.total, picture);
    hooks.onFrame(index + 1, count);
    return picture;
  });
  return { mp4, width, height, fps, frames, durationMs: Math.round((frames * 1000) / fps) };
}

function checkJob(job: RenderJob): void {
  const fail = (what: string) => {
    throw new RenderError('invalid_job', what);
  };
  if (!(job.durationSeconds >= 1 && job.durationSeconds <= 30)) fail('durationSeconds must be 2 to 8.');
  if (job.fps !== undefined && !(Number.isInteger(job.fps) && job.fps >= 1 && job.fps <= 60)) fail('fps must be 1 to 60.');
  if (!['subtle', 'medium', 'kinetic'].includes(job.motion)) fail(`Unknown motion "${job.motion}".`);
  if (!['loop', 'animate-in', 'animate-on-hover'].includes(job.mode)) fail(`Unknown mode "${job.mode}".`);
  if (!['whole', 'forward', 'back'].includes(job.segment)) fail(`Unknown segment "${job.segment}".`);
}
