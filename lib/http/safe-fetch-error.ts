export type SafeFetchCode =
  | 'blocked_url' // scheme, port, user name or form of the URL
  | 'blocked_address' // the host's address is not public
  | 'too_many_redirects'
  | 'too_large'
  | 'encoded' // the body is compressed although identity was asked for
  | 'timeout'
  | 'aborted' // the caller's own signal
  | 'network';

/** Why a guarded fetch gave nothing. Match on `code`: class identity doesn't survive duplicated modules. */
export class SafeFetchError extends Error {
  override name = 'SafeFetchError';
  constructor(
    readonly code: SafeFetchCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export function isSafeFetchError(error: unknown): error is SafeFetchError {
  return error instanceof Error && error.name === 'SafeFetchError' && 'code' in error;
}
