import { inspectClip, makePoster } from '../../render';
import type { Media } from '../media';
import { PipelineError } from '../pipeline-error';
import { translate } from './render-failure';

/** Posters and checks by the render workers. */
export const localMedia: Media = {
  poster: (source, aspect) => makePoster(source, { aspect }).catch(translate),

  async finish(mp4, { durSeconds }) {
    const clip = await inspectClip(mp4).catch(translate);
    const broken =
      clip.codec !== 'h264' || clip.pixelFormat !== 'yuv420p' || clip.hasAudio || !clip.faststart || clip.durationMs !== durSeconds * 1000;
    if (broken) throw new PipelineError('i2v_failed', `the clip is not as promised: ${JSON.stringify(clip)}`);
    return { mp4, width: clip.width, height: clip.height, durationMs: clip.durationMs };
  },
};
