export type PipelineCode =
  | 'vision_blocked' | 'vision_timeout' | 'source_unfetchable' | 'source_too_large' | 'source_too_small'
  | 'source_unsupported' | 'i2v_failed' | 'i2v_timeout' | 'merge_failed' | 'r2_write_failed' | 'quota_exceeded'
  | 'pipeline_stalled';

/** A failure of the pipeline with its public code. `transient` ones are tried again. */
export class PipelineError extends Error {
  override name = 'PipelineError';
  constructor(
    readonly code: PipelineCode,
    message: string,
    readonly transient = false,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Recognises a PipelineError of any copy of this module (bundlers may duplicate it). */
export function isPipelineError(error: unknown): error is PipelineError {
  return error instanceof Error && error.name === 'PipelineError' && 'code' in error;
}

const CODES = new Set<string>([
  'vision_blocked', 'vision_timeout', 'source_unfetchable', 'source_too_large', 'source_too_small', 'source_unsupported',
  'i2v_failed', 'i2v_timeout', 'merge_failed', 'r2_write_failed', 'quota_exceeded', 'pipeline_stalled',
]);

/** Reads `code: text` as it crosses the engine; anything else is a stalled pipeline and keeps its words to the log. */
export function parseFailure(text: string): { code: PipelineCode; message: string } {
  const match = /^([a-z0-9_]+): (.*)$/s.exec(text);
  if (match && CODES.has(match[1]!)) return { code: match[1] as PipelineCode, message: match[2]!.slice(0, 500) };
  return { code: 'pipeline_stalled', message: 'the pipeline failed unexpectedly' };
}
