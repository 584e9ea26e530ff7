import { clipFrame, conformClip, inspectClip, makePoster, mergeLoop, sourceFrame } from '../../render';
import type { Media } from '../media';
import { PipelineError } from '../pipeline-error';
import { translate } from './render-failure';

/** Pictures, clips and checks by the render workers. */
export const localMedia: Media = {
  poster: (source, aspect) => makePoster(source, { aspect }).catch(translate),

  frame: async (source, aspect) => (await sourceFrame(source, aspect).catch(translate)).bytes,

  async conform(mp4, { aspect, durSeconds, size }, options) {
    const durationMs = durSeconds === null ? null : durSeconds * 1000;
    const clip = await conformClip(mp4, { aspect, durationMs, size }, options).catch(translate);
    return { mp4: clip.mp4, width: clip.width, height: clip.height, durationMs: clip.durationMs };
  },

  lastFrame: async (mp4, options) => (await clipFrame(mp4, 'last', options).catch(translate)).bytes,

  async merge(forward, back, { durSeconds, kind }, options) {
    const loop = await mergeLoop(forward, back, { durationMs: durSeconds * 1000, kind }, options).catch(translate);
    return { mp4: loop.mp4, width: loop.width, height: loop.height, durationMs: loop.durationMs, seam: loop.seam };
  },

  async finish(mp4, { durSeconds }) {
    const clip = await inspectClip(mp4).catch(translate);
    const broken =
      clip.codec !== 'h264' || clip.pixelFormat !== 'yuv420p' || clip.hasAudio || !clip.faststart || clip.durationMs !== durSeconds * 1000;
    if (broken) throw new PipelineError('i2v_failed', `the clip is not as promised: ${JSON.stringify(clip)}`);
    return { mp4, width: clip.width, height: clip.height, durationMs: clip.durationMs };
  },
};
