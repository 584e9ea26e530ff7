import { isRenderError, mergeLoop, renderClip } from '../../render';
import { PipelineError } from '../pipeline-error';
import type { MotionProvider } from '../providers';

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

/** A crashed worker has been replaced: try again. A source that cannot be decoded stays one. */
function translate(error: unknown): never {
  if (!isRenderError(error)) throw error;
  const transient = error.code === 'renderer_crashed' || error.code === 'renderer_closed' || error.code === 'render_failed';
  const code = error.code === 'source_unsupported' ? 'source_unsupported' : 'i2v_failed';
  throw new PipelineError(code, error.message, transient, { cause: error });
}
