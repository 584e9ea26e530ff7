import { isRenderError } from '../../render';
import { PipelineError } from '../pipeline-error';

/**
 * The renderer's errors in the pipeline's words. A crashed worker has been replaced: try again. A source that cannot be
 * decoded stays one.
 */
export function translate(error: unknown): never {
  if (!isRenderError(error)) throw error;
  const transient = error.code === 'renderer_crashed' || error.code === 'renderer_closed' || error.code === 'render_failed';
  const code = error.code === 'source_unsupported' ? 'source_unsupported' : 'i2v_failed';
  throw new PipelineError(code, error.message, transient, { cause: error });
}
