import { setImmediate as breathe } from 'node:timers/promises';
import { withClipFile } from './clip-file';
import { frameClip } from './clip-framing';
import { openReader } from './clip-reader';

export interface DecodedClip {
  width: number;
  height: number;
  fps: number;
  /** Each a packed planar yuv420p picture, in display order. */
  frames: Uint8Array[];
}

/**
 * Decodes a whole short clip to yuv420p pictures (of the size `fit`), all in memory: for measuring. Throws RenderError `clip_unsupported` when
 * the bytes aren't a playable clip.
 */
export async function decodeClip(mp4: Uint8Array, fit?: { width: number; height: number }): Promise<DecodedClip> {
  return withClipFile(mp4, async (clip) => {
    const { times, durationMs } = clip.facts;
    const framing = frameClip(clip.facts, { size: fit });
    const reader = openReader(clip, framing);
    try {
      const frames: Uint8Array[] = [];
      for (const index of times.keys()) {
        frames.push(reader.picture(index));
        await breathe();
      }
      return { width: framing.width, height: framing.height, fps: Math.round((times.length / durationMs) * 1e6) / 1e3, frames };
    } finally {
      reader.close();
    }
  });
}
