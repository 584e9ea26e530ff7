/** Every machine-readable code of the API with its status: the one place where the two meet. */
export const statusOf = {
  bad_request: 400,
  validation_failed: 400,
  unauthorized: 401,
  forbidden: 403,
  cross_origin: 403,
  unknown_project_key: 403,
  origin_not_allowed: 403,
  invalid_signature: 403,
  signature_expired: 403,
  not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  conflict: 409,
  email_taken: 409,
  precondition_failed: 412,
  payload_too_large: 413,
  source_too_large: 413,
  unsupported_type: 415,
  source_unsupported: 415,
  range_not_satisfiable: 416,
  idempotency_mismatch: 422,
  source_too_small: 400,
  source_unfetchable: 400,
  rate_limited: 429,
  quota_exceeded: 429,
  overage_disabled: 429,
  mint_limited: 429,
  headers_too_large: 431,
  internal: 500,
  generation_failed: 502,
} as const;

export type ErrorCode = keyof typeof statusOf;

interface Extra {
  detail?: string;
  details?: { fieldErrors: Record<string, string[]>; formErrors: string[] };
  /** Further members of the body, such as `upgrade_url` or `retry_after_ms`. */
  body?: Record<string, unknown>;
  headers?: Record<string, string>;
}

/** An answer that is an error on purpose. Anything else thrown becomes an opaque 500. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly status: number;
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly extra: Extra = {},
  ) {
    super(message);
    this.status = statusOf[code];
  }
}

/** Recognises an ApiError of any copy of this module (bundlers may duplicate it). */
export function isApiError(error: unknown): error is ApiError {
  return error instanceof Error && error.name === 'ApiError' && 'extra' in error;
}

/** Missing and someone else's look the same. */
export const notFound = () => new ApiError('not_found', 'not found');
