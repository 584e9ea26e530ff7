import { depthAt, type Depth } from './depth';
import type { Directions } from './directions';
import { seededRandom } from './random';
import type { Mode, MotionLevel } from './types';

/**
 * The bold end of a move, in output pixels from the centre of the frame. The camera travels between the exact source
 * framing (excursion 0) and this (excursion 1); everything scales with the excursion, which is why one budget check
 * covers every moment of the clip.
 */
export interface CameraPlan {
  width: number;
  height: number;
  /** How much closer the camera is at the bold end: 0.1 is 10 %. */
  zoom: number;
  /** Where it is aimed at the bold end, and how far the way there bows to the side. */
  aim: { x: number; y: number };
  bow: { x: number; y: number };
  /** Shift between the nearest and the farthest things. */
  parallax: { x: number; y: number };
  /** Extra closeness of near things, per unit of depth. */
  dolly: number;
  /** Radians. */
  roll: number;
  /** Widening of the middle with the border held: how a push or pull starts or ends on the exact framing. */
  swell: number;
  /** Depth that stands still while the rest moves around it. */
  pivot: number;
  /** Amplitude of a hand's tremor, pixels. */
  tremor: number;
  tremorPhase: number[];
  /** Loops begin at the bold end when asked to zoom out. */
  startsBold: boolean;
}

export interface PlanInput {
  width: number;
  height: number;
  motion: MotionLevel;
  mode: Mode;
  durationSeconds: number;
  seed: number;
  directions: Directions;
  /** Fractions of the frame's width and height. */
  focal: { x: number; y: number };
  depth: Depth;
}

/** Zoom at the bold end: it is also what gives the camera room to move without showing a border. */
const REACH: Record<MotionLevel, number> = { subtle: 0.045, medium: 0.13, kinetic: 0.3 };
const ROLL: Record<MotionLevel, number> = { subtle: 0.0015, medium: 0.005, kinetic: 0.014 };
const ASKED_ROLL: Record<MotionLevel, number> = { subtle: 0.012, medium: 0.032, kinetic: 0.075 };
const SWELL: Record<MotionLevel, number> = { subtle: 0.03, medium: 0.06, kinetic: 0.11 };
/** Largest stretch that parallax may cause anywhere: 0.2 makes 100 px of picture at most 120. */
const STRETCH: Record<MotionLevel, number> = { subtle: 0.08, medium: 0.16, kinetic: 0.24 };

/** How the room at the bold end is shared out, by kind of move. */
const STYLES = {
  drift: { aim: 0.6, parallax: 0.34, bow: 0.22, dolly: 0.1, focus: 0 },
  orbit: { aim: -0.12, parallax: 0.8, bow: 0.2, dolly: 0.1, focus: 0.15 },
  push: { aim: 0.12, parallax: 0.16, bow: 0.14, dolly: 0.34, focus: 0.6 },
} as const;
type Style = keyof typeof STYLES;

/** Steepest slope of depth that `planCamera` can use in full at a level; see `guessDepth`. */
export const STEEPEST_DEPTH: Record<MotionLevel, number> = { subtle: 7, medium: 5, kinetic: 3.4 };

/** Chooses a camera move: the prompt's directions first, the seed for all they leave open. */
export function planCamera(input: PlanInput): CameraPlan {
  const { width, height, motion, mode, directions, depth } = input;
  const random = seededRandom(input.seed);
  const spread = random();
  const angle = random() * 2 * Math.PI;
  const sideways = random() < 0.5 ? -1 : 1;
  const rollSide = random() < 0.5 ? -1 : 1;
  const styleDraw = random();
  const tremorPhase = [random(), random(), random(), random()].map((v) => v * 2 * Math.PI);
  const nudge = { x: (random() - 0.5) * 0.3, y: (random() - 0.5) * 0.3 };

  const startsBold = mode === 'loop' && directions.zoom === 'out';
  // A move that ends at rest begins on the far side, so that it still travels the way that was asked.
  const way = mode === 'animate-in' || startsBold ? -1 : 1;
  const style = chooseStyle(directions, styleDraw);
  const heading = chooseHeading(directions, angle, way);
  const share = STYLES[style];

  const pace = directions.still ? 0.22 : directions.pace;
  const length = Math.min(1.25, Math.max(0.8, (input.durationSeconds / 4) ** 0.35));
  const lively = directions.zoom ? 1.25 : 1;
  const zoom = REACH[motion] * pace * length * lively * (0.92 + 0.16 * spread);

  const against = (mode === 'animate-in' && directions.zoom === 'in') || (mode === 'animate-on-hover' && directions.zoom === 'out');
  const roomX = (width / 2) * (zoom / (1 + zoom));
  const roomY = (height / 2) * (zoom / (1 + zoom));
  const focus = {
    x: (Math.min(0.85, Math.max(0.15, input.focal.x + nudge.x)) - 0.5) * 2,
    y: (Math.min(0.85, Math.max(0.15, input.focal.y + nudge.y)) - 0.5) * 2,
  };
  const asked = directions.pan ? 1.25 : 1;
  const focusPull = directions.pan ? 0 : share.focus;
  const pivot = 0.65 * depthAt(depth, input.focal.x, input.focal.y) + 0.35 * 0.5;
  const furthest = Math.max(pivot, 1 - pivot);
  const gentle = Math.min(roomX, roomY * 1.6);

  const plan: CameraPlan = {
    width,
    height,
    zoom,
    aim: {
      x: heading.x * share.aim * asked * roomX + focus.x * focusPull * roomX,
      y: heading.y * share.aim * asked * roomY + focus.y * focusPull * roomY,
    },
    bow: { x: -heading.y * sideways * share.bow * gentle, y: heading.x * sideways * share.bow * Math.min(gentle, roomY) },
    parallax: { x: (heading.x * share.parallax * gentle) / furthest, y: (heading.y * share.parallax * Math.min(gentle, roomY)) / furthest },
    dolly: (share.dolly * zoom) / (1 + zoom) / furthest,
    roll: directions.roll
      ? ASKED_ROLL[motion] * pace * (directions.roll === 'clockwise' ? -1 : 1) * way
      : ROLL[motion] * pace * rollSide,
    swell: 0,
    pivot,
    tremor: directions.handheld ? 0.12 * Math.min(roomX, roomY) : 0,
    tremorPhase,
    startsBold,
  };
  if (against) return swelling(plan, SWELL[motion] * pace);
  limitStretch(plan, depth, STRETCH[motion]);
  return fitToRoom(plan, roomX, roomY, furthest);
}

function chooseStyle(directions: Directions, draw: number): Style {
  if (directions.orbit) return 'orbit';
  if (directions.pan) return 'drift';
  if (directions.zoom) return 'push';
  return draw < 0.38 ? 'drift' : draw < 0.68 ? 'orbit' : 'push';
}

function chooseHeading(directions: Directions, angle: number, way: number): { x: number; y: number } {
  if (directions.pan) {
    const length = Math.hypot(directions.pan.x, directions.pan.y);
    return { x: (way * directions.pan.x) / length, y: (way * directions.pan.y) / length };
  }
  // Mostly sideways: eyes read level moves as calm and steep ones as a fall.
  const free = { x: Math.cos(angle), y: 0.55 * Math.sin(angle) };
  if (!directions.orbit) return free;
  const side = directions.orbit === 'any' ? Math.sign(free.x) || 1 : directions.orbit === 'left' ? -1 : 1;
  return { x: side * way * 0.98, y: 0.2 * Math.sign(free.y) };
}

function swelling(plan: CameraPlan, swell: number): CameraPlan {
  const none = { x: 0, y: 0 };
  return { ...plan, zoom: 0, aim: none, bow: none, parallax: none, dolly: 0, roll: 0, tremor: 0, swell };
}

function limitStretch(plan: CameraPlan, depth: Depth, allowed: number): void {
  const slopePerPixel = depth.steepest / plan.width;
  const stretch = Math.hypot(plan.parallax.x, plan.parallax.y) * slopePerPixel;
  const scale = Math.min(1, allowed / Math.max(1e-9, stretch));
  plan.parallax.x *= scale;
  plan.parallax.y *= scale;
}

/** Scales the move down until even its worst corner stays inside the picture at the bold end. */
function fitToRoom(plan: CameraPlan, roomX: number, roomY: number, furthest: number): CameraPlan {
  const roll = Math.abs(plan.roll);
  const stretch = plan.dolly * furthest;
  const needX =
    Math.abs(plan.aim.x) + Math.abs(plan.bow.x) + Math.abs(plan.parallax.x) * furthest + (roll * plan.height) / 2 + (stretch * plan.width) / 2 + plan.tremor;
  const needY =
    Math.abs(plan.aim.y) + Math.abs(plan.bow.y) + Math.abs(plan.parallax.y) * furthest + (roll * plan.width) / 2 + (stretch * plan.height) / 2 + plan.tremor;
  const fit = Math.min(1, (0.985 * roomX) / Math.max(1e-9, needX), (0.985 * roomY) / Math.max(1e-9, needY));
  const scaled = (p: { x: number; y: number }) => ({ x: p.x * fit, y: p.y * fit });
  return {
    ...plan,
    aim: scaled(plan.aim),
    bow: scaled(plan.bow),
    parallax: scaled(plan.parallax),
    dolly: plan.dolly * fit,
    roll: plan.roll * fit,
    tremor: plan.tremor * fit,
  };
}
