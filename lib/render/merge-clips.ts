import { decodeClip } from './decode';
import { encodeMp4, FINAL_QUALITY } from './encode';
import { joinStages } from './join-stages';
import type { RenderedClip, RenderHooks } from './render-clip';
import { RenderError } from './render-error';
import type { MergeOptions } from './types';

const CROSSFADE_MS = 200;

/**
 * Joins a forward and a back clip to one loop of exactly `durationMs`: our own stages by their packets, any others on
 * decoded pictures. The doubled seam frame
 * (back's first) is dropped. native: back's last is forward's first, so it goes too. crossfade: the last 200 ms
 * blend into the first frame. Clips with other frame counts are resampled in time, so any model's clips fit.
 */
export async function mergeClips(forward: Uint8Array, back: Uint8Array, options: MergeOptions, hooks: RenderHooks): Promise<RenderedClip> {
  const joined = options.kind === 'native' ? await joinStages(forward, back, options.durationMs) : null;
  if (joined) return joined;
  const one = await decodeClip(forward);
  const two = await decodeClip(back, { width: one.width, height: one.height });
  const width = one.width & ~1;
  const height = one.height & ~1;
  if (width !== one.width || height !== one.height) throw new RenderError('clip_unsupported', 'The clip has odd dimensions.');
  const closing = options.kind === 'native' ? two.frames.slice(1, -1) : two.frames.slice(1);
  const cycle = [...one.frames, ...closing];
  const fps = Math.round(one.fps);
  const total = Math.max(1, Math.round((options.durationMs * fps) / 1000));
  const pick = (index: number) => cycle[Math.min(cycle.length - 1, Math.round((index * cycle.length) / total))]!;
  const fade = options.kind === 'crossfade' ? Math.min(total - 1, Math.round((CROSSFADE_MS * fps) / 1000)) : 0;
  const blended = new Uint8Array(one.frames[0]!.length);

  const { mp4, frames } = await encodeMp4({ width, height, fps, ...FINAL_QUALITY }, (index) => {
    if (hooks.cancelled()) throw new RenderError('cancelled', 'The merge was cancelled.');
    if (index >= total) return null;
    hooks.onFrame(index + 1, total);
    const into = index - (total - fade);
    if (into < 0) return pick(index);
    return blend(pick(index), cycle[0]!, ease((into + 1) / (fade + 1)), blended);
  });
  return { mp4, width, height, fps, frames, durationMs: Math.round((frames * 1000) / fps) };
}

const ease = (t: number) => t * t * (3 - 2 * t);

function blend(from: Uint8Array, to: Uint8Array, share: number, out: Uint8Array): Uint8Array {
  const weight = Math.round(share * 256);
  for (let i = 0; i < out.length; i++) out[i] = (from[i]! * (256 - weight) + to[i]! * weight + 128) >> 8;
  return out;
}
