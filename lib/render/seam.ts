import { setImmediate as breathe } from 'node:timers/promises';
import { withClipFile } from './clip-file';
import { frameClip } from './clip-framing';
import { openReader } from './clip-reader';
import type { RenderHooks } from './render-clip';
import { RenderError } from './render-error';
import type { Seam } from './types';

/** Watches the pictures of a loop go by, as packed yuv420p bytes that nobody changes afterwards. */
export function seamMeter(width: number, height: number): { see(picture: Uint8Array): void; measured(): Seam } {
  const luma = width * height;
  let first: Uint8Array | undefined;
  let latest: Uint8Array | undefined;
  let sum = 0;
  let steps = 0;
  return {
    see(picture) {
      if (latest) {
        sum += meanDifference(latest, picture, luma);
        steps++;
      }
      first ??= picture;
      latest = picture;
    },
    measured: () => ({
      difference: first && latest ? round(meanDifference(latest, first, luma)) : 0,
      step: steps ? round(sum / steps) : 0,
    }),
  };
}

/** Measures a finished loop. Throws RenderError `clip_unsupported`. */
export async function measureSeam(mp4: Uint8Array, hooks: Pick<RenderHooks, 'cancelled'> = { cancelled: () => false }): Promise<Seam> {
  return withClipFile(mp4, async (clip) => {
    const framing = frameClip(clip.facts);
    const reader = openReader(clip, framing);
    const meter = seamMeter(framing.width, framing.height);
    try {
      for (let index = 0; index < clip.facts.times.length; index++) {
        if (hooks.cancelled()) throw new RenderError('cancelled', 'The measure is not wanted any more.');
        meter.see(reader.picture(index));
        await breathe();
      }
      return meter.measured();
    } finally {
      reader.close();
    }
  });
}

/** Mean absolute difference over `count` leading bytes, every second one: a picture's luma has enough of them. */
function meanDifference(a: Uint8Array, b: Uint8Array, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i += 2) sum += Math.abs(a[i]! - b[i]!);
  return sum / Math.ceil(count / 2);
}

const round = (value: number) => Math.round(value * 1000) / 1000;
