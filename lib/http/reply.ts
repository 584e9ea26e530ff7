import type { Log } from '../log';
import { ApiError, isApiError } from './errors';

/** An answer in its parts: Next's mount makes a `Response` of it, the fast mount writes it to the socket as it is. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: Body | null;
}

/** What is sent: the bytes at hand, and how to come by those after them. */
export interface Body {
  first: Uint8Array;
  /** The bytes that follow, null at the end. Called when those before have been written, so a slow reader holds few. */
  next?: () => Uint8Array | null | Promise<Uint8Array | null>;
}

/** Words that no cache keeps. */
export function jsonReply(value: unknown, init: { status?: number; headers?: Record<string, string> } = {}): Reply {
  return {
    status: init.status ?? 200,
    headers: { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store', ...init.headers },
    body: { first: Buffer.from(JSON.stringify(value)) },
  };
}

/** Turns whatever was thrown into an answer: our own errors as they are, the rest opaque and whole in the log. */
export function errorReply(error: unknown, requestId: string, log: Log): Reply {
  const known = isApiError(error) ? error : new ApiError('internal', 'internal error');
  if (known.code === 'internal') log.error({ err: error, request_id: requestId }, 'unexpected error');
  const { detail, details, body, headers } = known.extra;
  return jsonReply(
    { error: known.message, code: known.code, detail, details, ...body, request_id: requestId },
    { status: known.status, headers },
  );
}

/** The Web's form of an answer. */
export function toResponse({ status, headers, body }: Reply): Response {
  return new Response(body && toBodyInit(body), { status, headers });
}

function toBodyInit({ first, next }: Body): BodyInit {
  if (!next) return first as BodyInit;
  let part: Uint8Array | null = first;
  // Not a stream of type 'bytes': that would take the buffers away from whoever else reads them.
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        part ??= await next();
        if (!part) return controller.close();
        controller.enqueue(part);
        part = null;
      },
    },
    { highWaterMark: 0 },
  );
}
