import type { Socket } from 'node:net';
import type { Log } from '../log';
import { ApiError } from './errors';
import { errorReply } from './reply';
import { requestIdFrom } from './request-id';

/**
 * Answers bytes that Node can't read as a request as all other errors are answered; Node's own answer has neither words
 * nor an id. For a server's `clientError`: https://nodejs.org/api/http.html#event-clienterror
 */
export function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket, log: Log): void {
  // On a connection that was answered before, nobody can tell whether another answer is on its way.
  if (!socket.writable || socket.bytesWritten > 0 || error.code === 'ECONNRESET') return void socket.destroy();
  const requestId = requestIdFrom(null);
  const { status, headers, body } = errorReply(reasonOf(error), requestId, log);
  const lines = { ...headers, 'Content-Length': String(body!.first.byteLength), 'X-Request-Id': requestId, 'Access-Control-Allow-Origin': '*', Connection: 'close' };
  const head = [`HTTP/1.1 ${status} `, ...Object.entries(lines).map(([name, value]) => `${name}: ${value}`)];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  socket.end(body!.first, () => socket.destroy());
}

function reasonOf({ code }: NodeJS.ErrnoException): ApiError {
  if (code === 'HPE_HEADER_OVERFLOW') return new ApiError('headers_too_large', 'the header fields exceed 16 KiB');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new ApiError('request_timeout', 'the request took too long to come');
  return new ApiError('bad_request', 'the request can’t be read');
}
