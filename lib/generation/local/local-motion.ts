import { mergeLoop, renderClip } from '../../render';
import { PipelineError } from '../pipeline-error';
import type { MotionProvider } from '../providers';
import { translate } from './render-failure';

/** As recorded on generations. */
const LOCAL = 'local-parallax';

/** The local renderer as a motion provider: real camera and depth motion, no key, the same for every tier. */
export const localMotion: MotionProvider = {
  modelFor: () => LOCAL,

  async animate({ model, source, prompt, motion, mode, durSeconds, seed, aspect, segment }, options) {
    if (model !== LOCAL) throw new PipelineError('i2v_failed', `the model ${model} is not set up on this server (REPLICATE_API_TOKEN)`);
    const job = { source, prompt, motion, mode, durationSeconds: durSeconds, seed, aspect, segment };
    return (await renderClip(job, options).catch(translate)).mp4;
  },

  async merge({ forward, back, durSeconds }, options) {
    const loop = await mergeLoop(forward, back, { durationMs: durSeconds * 1000, kind: 'native' }, options).catch(translate);
    return { mp4: loop.mp4, loopMode: 'native' };
  },
};
