import type { CameraPlan } from './camera-plan';
import type { Mode, MotionLevel, Segment } from './types';

/** The camera at one moment: everything in output pixels and radians, 0 at the exact source framing. */
export interface Pose {
  scale: number;
  aim: { x: number; y: number };
  parallax: { x: number; y: number };
  dolly: number;
  roll: number;
  swell: number;
}

/** Which frames of the whole clip a segment shows: first and last index (inclusive) and the clip's frame count. */
export interface FrameRange {
  first: number;
  last: number;
  total: number;
}

/**
 * A loop of N frames is cut in the middle: forward shows 0..H, back shows H..N, where N is frame 0 again. Joining
 * them drops the doubled seam frames and leaves exactly N.
 */
export function frameRange(segment: Segment, mode: Mode, durationSeconds: number, fps: number): FrameRange {
  const total = Math.round(durationSeconds * fps);
  const half = Math.floor(total / 2);
  if (mode !== 'loop' || segment === 'whole') return { first: 0, last: total - 1, total };
  return segment === 'forward' ? { first: 0, last: half, total } : { first: half, last: total, total };
}

const SETTLE: Record<MotionLevel, number> = { subtle: 2, medium: 2.6, kinetic: 3.2 };

/**
 * How far out the camera is (0 rest .. 1 bold) and where on its bow (radians).
 * loop: a raised cosine, so speed is continuous through the seam, around an ellipse, so the way back is another way.
 * animate-in: eases out and settles exactly at rest. animate-on-hover: leaves rest gently, arrives gently.
 */
export function excursion(mode: Mode, motion: MotionLevel, frame: number, total: number, startsBold = false): { out: number; turn: number } {
  if (mode === 'loop') {
    const phase = (2 * Math.PI * (frame % total)) / total + (startsBold ? Math.PI : 0);
    return { out: (1 - Math.cos(phase)) / 2, turn: phase };
  }
  const t = total > 1 ? frame / (total - 1) : 1;
  if (mode === 'animate-in') {
    const out = (1 - t) ** SETTLE[motion];
    return { out, turn: out * Math.PI * 0.75 };
  }
  const out = Math.sin((Math.PI / 2) * (1 - (1 - t) ** 1.5)) ** 2;
  return { out, turn: out * Math.PI * 0.75 };
}

/** The camera's pose at frame `frame` of `total`. */
export function poseAt(plan: CameraPlan, mode: Mode, motion: MotionLevel, frame: number, total: number): Pose {
  const { out, turn } = excursion(mode, motion, frame, total, plan.startsBold);
  const bow = out * Math.sin(turn);
  const hand = tremor(plan, mode === 'loop' ? (frame % total) / total : frame / total, total);
  return {
    scale: 1 + plan.zoom * out,
    aim: {
      x: plan.aim.x * out + plan.bow.x * bow + hand.x * out,
      y: plan.aim.y * out + plan.bow.y * bow + hand.y * out,
    },
    parallax: { x: plan.parallax.x * out, y: plan.parallax.y * out },
    dolly: plan.dolly * out,
    roll: plan.roll * out,
    swell: plan.swell * out,
  };
}

// Whole numbers of waves over the clip, so that a loop's hand closes too; about 0.5 and 1.3 a second.
function tremor(plan: CameraPlan, t: number, total: number): { x: number; y: number } {
  if (!plan.tremor) return { x: 0, y: 0 };
  const slow = Math.max(1, Math.round(total / 48));
  const quick = Math.max(2, Math.round(total / 18));
  const wave = (waves: number, phase: number) => Math.sin(2 * Math.PI * waves * t + phase);
  const [a, b, c, d] = plan.tremorPhase as [number, number, number, number];
  return {
    x: plan.tremor * (0.7 * wave(slow, a) + 0.3 * wave(quick, b)),
    y: plan.tremor * (0.7 * wave(slow, c) + 0.3 * wave(quick, d)),
  };
}
