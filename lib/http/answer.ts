import type { Log } from '../log';
import { ApiError, isApiError } from './errors';

/** A JSON answer that no cache keeps. */
export function json(value: unknown, init: { status?: number; headers?: Record<string, string> } = {}): Response {
  return new Response(JSON.stringify(value), {
    status: init.status ?? 200,
    headers: { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store', ...init.headers },
  });
}

/** Turns whatever was thrown into an answer: our own errors as they are, the rest opaque and whole in the log. */
export function errorAnswer(error: unknown, requestId: string, log: Log): Response {
  const known = isApiError(error) ? error : new ApiError('internal', 'internal error');
  if (known.code === 'internal') log.error({ err: error, request_id: requestId }, 'unexpected error');
  const { detail, details, body, headers } = known.extra;
  return json(
    { error: known.message, code: known.code, detail, details, ...body, request_id: requestId },
    { status: known.status, headers },
  );
}

/** Adds a header. Answers of `fetch` and `Response.redirect` are sealed, so those are copied. */
export function withHeader(answer: Response, name: string, value: string): Response {
  try {
    answer.headers.append(name, value);
    return answer;
  } catch {
    const copy = new Response(answer.body, answer);
    copy.headers.append(name, value);
    return copy;
  }
}
