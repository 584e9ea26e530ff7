/** The edge did not do what was asked. The outbox tries again, not before `retryAfterMs`. */
export class EdgeError extends Error {
  override name = 'EdgeError';
  readonly retryAfterMs?: number;

  constructor(message: string, { retryAfterMs, cause }: { retryAfterMs?: number; cause?: unknown } = {}) {
    super(message, { cause });
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
  }
}
