import { withClipFile } from './clip-file';
import { frameClip } from './clip-framing';
import { checkLargeEnough, checkLongEnough } from './clip-limits';
import { openReader } from './clip-reader';
import { FINAL_QUALITY } from './encode';
import { encodeTimeline } from './encode-timeline';
import type { RenderedClip, RenderHooks } from './render-clip';
import { retime } from './retime';
import type { ConformOptions } from './types';

/** A clip that keeps its own length is a stage of a loop, and is encoded once more when that is joined. */
const STAGE_QUALITY = { preset: 'veryfast', crf: 17 } as const;

/** Any MP4 becomes a clip as promised. Throws RenderError `clip_unsupported`, `invalid_job`, `cancelled`. */
export async function conformHere(mp4: Uint8Array, options: ConformOptions, hooks: RenderHooks): Promise<RenderedClip> {
  const { durationMs, time = 'trim' } = options;
  return withClipFile(mp4, async (clip) => {
    checkLargeEnough(clip.facts);
    if (durationMs !== null) checkLongEnough(clip.facts.durationMs, durationMs);
    const framing = frameClip(clip.facts, options);
    const timing = retime(clip.facts, { durationMs, time });
    const reader = openReader(clip, framing);
    try {
      const last = clip.facts.times.length - 1;
      return await encodeTimeline(
        { ...framing, picture: reader.picture },
        timing,
        {
          quality: durationMs === null ? STAGE_QUALITY : FINAL_QUALITY,
          following: (index) => Math.min(last, index + 1),
          cancelledMessage: 'The clip is not wanted any more.',
        },
        hooks,
      );
    } finally {
      reader.close();
    }
  });
}
