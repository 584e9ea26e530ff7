/**
 * What became of a call to Replicate's API.
 * `lost`: no answer, or one from half way; a call that makes something may have made it. `busy`: refused for now, nothing
 * was made. `missing`: no such thing. `refused`: anything else that will not get better by asking again.
 */
export type ReplicateFailure = 'lost' | 'busy' | 'missing' | 'refused';

export class ReplicateError extends Error {
  override name = 'ReplicateError';
  constructor(
    readonly kind: ReplicateFailure,
    message: string,
    /** HTTP status; 0 when there was no answer. */
    readonly status = 0,
    /** When `busy`: how long the service asks to wait, in ms. */
    readonly retryAfterMs = 0,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Recognises a ReplicateError of any copy of this module (bundlers may duplicate it). */
export function isReplicateError(error: unknown): error is ReplicateError {
  return error instanceof Error && error.name === 'ReplicateError' && 'kind' in error;
}
