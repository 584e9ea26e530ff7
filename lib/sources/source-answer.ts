import { isPipelineError, type PipelineError } from '../generation/pipeline-error';
import { ApiError, type ErrorCode } from '../http/errors';

const ANSWERED = new Set(['source_unfetchable', 'source_too_large', 'source_too_small', 'source_unsupported']);

/** Is the source to blame, so that the client can be told? */
export function isSourceError(error: unknown): error is PipelineError {
  return isPipelineError(error) && ANSWERED.has(error.code);
}

/** A source's fault as the 4xx of the reference: 413, 415, or 400. Anything else is handed back as it is. */
export function sourceAnswer(error: unknown): unknown {
  return isSourceError(error) ? new ApiError(error.code as ErrorCode, error.message) : error;
}
