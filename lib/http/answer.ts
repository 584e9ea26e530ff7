import type { Log } from '../log';
import { errorReply, jsonReply, toResponse } from './reply';

/** A JSON answer that no cache keeps. */
export function json(value: unknown, init: { status?: number; headers?: Record<string, string> } = {}): Response {
  return toResponse(jsonReply(value, init));
}

/** Turns whatever was thrown into an answer: our own errors as they are, the rest opaque and whole in the log. */
export function errorAnswer(error: unknown, requestId: string, log: Log): Response {
  return toResponse(errorReply(error, requestId, log));
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
