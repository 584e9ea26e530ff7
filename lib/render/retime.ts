import { RenderError } from './render-error';

/** When each frame of a clip is shown (milliseconds, ascending from 0) and when the clip is over. */
export interface Timeline {
  times: number[];
  durationMs: number;
}

export interface Retiming {
  fps: number;
  /** For each frame that leaves: the clip's frame it shows, and how much of the following one is mixed in (0..1). */
  picks: { index: number; mix: number }[];
}

export const SLOWEST_FPS = 12;
export const FASTEST_FPS = 30;

/**
 * The constant rate for pictures that come `rate` times a second on average. Too many: every second, third … is shown,
 * because any other choice is uneven. Too few: each is shown twice, thrice …, with the next mixed in; at the pace of
 * such clips the double edges are fainter than the jerks would be.
 */
export function chooseRate(rate: number): { fps: number; mix: boolean } {
  const every = Math.max(1, Math.ceil(rate / (FASTEST_FPS + 0.5)));
  const fps = Math.round(rate / every);
  if (fps >= SLOWEST_FPS) return { fps: Math.min(FASTEST_FPS, fps), mix: false };
  const times = Math.ceil(SLOWEST_FPS / rate);
  return { fps: Math.max(SLOWEST_FPS, Math.round(rate * times)), mix: true };
}

/**
 * Which frames fill `durationMs` (whole seconds; null: the clip's own time) at a constant rate. `stretch` fits the whole clip in evenly; `trim` keeps
 * its speed and takes the beginning, and stretches only a clip that is too short: nothing ever freezes.
 * The rate follows the number of frames, so that nearly each is shown once as it is. Mixing at all other times would
 * leave most frames between two, and the picture would go soft and sharp again; the rest of a frame that is missed by
 * showing the nearest one isn't seen.
 */
export function retime(clip: Timeline, how: { durationMs: number | null; time: 'trim' | 'stretch'; cyclic?: boolean }): Retiming {
  const { times } = clip;
  const { used, lasting } = span(clip, how);
  const { fps, mix } = chooseRate((times.length / clip.durationMs) * (used / lasting) * 1000);
  const total = Math.max(1, Math.round((lasting * fps) / 1000));
  let index = 0;
  const picks = Array.from({ length: total }, (_, i) => {
    const at = (i * used) / total;
    while (index + 1 < times.length && times[index + 1]! <= at + 1e-6) index++;
    const next = times[index + 1] ?? clip.durationMs;
    const into = Math.min(1, Math.max(0, (at - times[index]!) / Math.max(1e-6, next - times[index]!)));
    // Behind a loop's last frame comes its first; behind any other clip's, nothing.
    const goesOn = how.cyclic === true || index + 1 < times.length;
    if (mix) return { index, mix: goesOn && into > 0.02 ? into : 0 };
    return { index: into > 0.5 && goesOn ? (index + 1) % times.length : index, mix: 0 };
  });
  return { fps, picks };
}

/** How much of the clip is used, and how long it is to last; milliseconds. */
function span(clip: Timeline, { durationMs, time }: { durationMs: number | null; time: 'trim' | 'stretch' }): { used: number; lasting: number } {
  if (durationMs === null) return { used: clip.durationMs, lasting: clip.durationMs };
  if (durationMs % 1000 !== 0 || durationMs < 1000 || durationMs > 60_000) {
    throw new RenderError('invalid_job', 'durationMs must be 1 to 60 whole seconds.');
  }
  // Half a frame short isn't short: the last one is shown a little longer.
  const halfStep = clip.durationMs / clip.times.length / 2;
  const trimmed = time === 'trim' && clip.durationMs + halfStep >= durationMs;
  return { used: trimmed ? durationMs : clip.durationMs, lasting: durationMs };
}
