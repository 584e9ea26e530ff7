import { withClipFile, type ClipFile } from './clip-file';
import { frameClip } from './clip-framing';
import { checkLongEnough, unsupported } from './clip-limits';
import { openReader } from './clip-reader';
import { FINAL_QUALITY } from './encode';
import { blend, encodeTimeline } from './encode-timeline';
import { joinStages } from './join-stages';
import type { RenderedClip, RenderHooks } from './render-clip';
import { retime, type Timeline } from './retime';
import { seamMeter } from './seam';
import type { MergeOptions, Seam } from './types';

const CROSSFADE_MS = 200;

/**
 * Joins a forward and a back clip to one loop of exactly `durationMs`: our own stages by their packets, any others on
 * decoded pictures. The doubled seam frame (back's first) is dropped. native: back's last is forward's first, so it goes
 * too. crossfade: the last 200 ms blend into the first frame. The whole round is retimed evenly, whatever the lengths
 * and rates of the two: both keep their speed to each other, so nothing jumps where they meet.
 */
export async function mergeClips(
  forward: Uint8Array,
  back: Uint8Array,
  options: MergeOptions,
  hooks: RenderHooks,
): Promise<RenderedClip & { seam?: Seam }> {
  const asTheyAre = options.kind === 'native' && !options.size && (options.aspect ?? 'preserve') === 'preserve';
  return withClipFile(forward, (one) =>
    withClipFile(back, async (two) => {
      const joined = asTheyAre ? await joinStages(forward, back, options.durationMs) : null;
      return joined ?? mergePictures(one, two, options, hooks);
    }),
  );
}

async function mergePictures(one: ClipFile, two: ClipFile, options: MergeOptions, hooks: RenderHooks): Promise<RenderedClip & { seam: Seam }> {
  const cycle = roundOf(one.facts, two.facts, options.kind);
  checkLongEnough(cycle.durationMs, options.durationMs);
  const timing = retime(cycle, { durationMs: options.durationMs, time: 'stretch', cyclic: options.kind === 'native' });
  const framing = frameClip(one.facts, options);
  const { width, height } = framing;
  const there = openReader(one, framing);
  try {
    const home = openReader(two, frameClip(two.facts, { size: framing }));
    try {
      const turn = one.facts.times.length;
      const first = there.picture(0);
      const picture = (index: number) => (index === 0 ? first : index < turn ? there.picture(index) : home.picture(index - turn + 1));
      const last = cycle.times.length - 1;
      const total = timing.picks.length;
      const fade = options.kind === 'crossfade' ? Math.min(total - 1, Math.round((CROSSFADE_MS * timing.fps) / 1000)) : 0;
      const meter = seamMeter(width, height);
      const clip = await encodeTimeline(
        { width, height, picture },
        timing,
        {
          quality: FINAL_QUALITY,
          following: (index) => (index < last ? index + 1 : options.kind === 'native' ? 0 : last),
          finish(shown, index) {
            const into = index - (total - fade);
            const made = into < 0 ? shown : blend(shown, first, ease((into + 1) / (fade + 1)));
            meter.see(made);
            return made;
          },
          cancelledMessage: 'The merge was cancelled.',
        },
        hooks,
      );
      return { ...clip, seam: meter.measured() };
    } finally {
      home.close();
    }
  } finally {
    there.close();
  }
}

/** The frames of the whole round in their own time: forward's, then back's without the first (and, native, the last). */
function roundOf(one: Timeline, two: Timeline, kind: MergeOptions['kind']): Timeline {
  if (one.times.length < 2 || two.times.length < 3) throw unsupported('The clip has too few frames for a loop.');
  const turn = one.times.at(-1)!;
  const closing = two.times.slice(1, kind === 'native' ? -1 : undefined);
  const backMs = kind === 'native' ? two.times.at(-1)! : two.durationMs;
  return { times: [...one.times, ...closing.map((time) => turn + time)], durationMs: turn + backMs };
}

const ease = (t: number) => t * t * (3 - 2 * t);
