import { mergeLoop, renderClip } from '../../render';
import type { MotionProvider } from '../providers';
import { translate } from './render-failure';

/** The local renderer as a motion provider: real camera and depth motion, no key, the same for every tier. */
export const localMotion: MotionProvider = {
  modelFor: () => 'local-parallax',

  async animate({ source, prompt, motion, mode, durSeconds, seed, aspect, segment }, options) {
    const job = { source, prompt, motion, mode, durationSeconds: durSeconds, seed, aspect, segment };
    return (await renderClip(job, options).catch(translate)).mp4;
  },

  async merge(forward, back, durSeconds) {
    const loop = await mergeLoop(forward, back, { durationMs: durSeconds * 1000, kind: 'native' }).catch(translate);
    return { mp4: loop.mp4, loopMode: 'native' };
  },
};
