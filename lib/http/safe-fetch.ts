import type { LookupFunction } from 'node:net';
import { type Agent, request } from 'undici';
import { makeAgent } from './safe-fetch-agent';
import { isSafeFetchError, SafeFetchError } from './safe-fetch-error';
import { checkUrl } from './safe-fetch-url';

export interface SafeFetchOptions {
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  signal?: AbortSignal;
  /** Largest body in bytes. */
  maxBytes: number;
  /** What a larger body does: fails with `too_large` (default), or is cut. */
  overflow?: 'fail' | 'cut';
  /** For everything together: look-up, redirects, headers, body. */
  timeoutMs: number;
  /** Default 3 for GET; POST never follows. */
  maxRedirects?: number;
}

export interface SafeResponse {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array;
  /** Where the redirects ended. */
  url: string;
}

export type SafeFetch = (url: string, options: SafeFetchOptions) => Promise<SafeResponse>;

/**
 * GET or POST to a URL a stranger chose: http and https, public addresses only (checked where the socket connects, for
 * every redirect), bounded in size and time, never decompressed. A redirect that isn't followed is returned as it is.
 * @throws SafeFetchError
 */
export function makeSafeFetch(options: { allowPrivate: boolean; lookup?: LookupFunction }): SafeFetch {
  const agent = makeAgent(options);
  return async (text, call) => {
    const deadline = AbortSignal.timeout(call.timeoutMs);
    const signal = call.signal ? AbortSignal.any([deadline, call.signal]) : deadline;
    const maxRedirects = call.method === 'POST' ? 0 : (call.maxRedirects ?? 3);
    try {
      // undici heeds the signal only once it is connected; look-ups and handshakes must not outlast the deadline either.
      return await before(signal, follow(agent, text, call, signal, maxRedirects));
    } catch (error) {
      throw explain(error, deadline, call.signal);
    }
  };
}

async function follow(agent: Agent, text: string, call: SafeFetchOptions, signal: AbortSignal, maxRedirects: number): Promise<SafeResponse> {
  let url = checkUrl(text);
  for (let hop = 0; ; hop++) {
    signal.throwIfAborted();
    const answer = await once(agent, url, call, signal);
    const location = answer.headers.location;
    if (![301, 302, 303, 307, 308].includes(answer.status) || !location || maxRedirects === 0) return answer;
    if (hop >= maxRedirects) throw new SafeFetchError('too_many_redirects', `more than ${maxRedirects} redirects`);
    url = checkUrl(location, url.href);
  }
}

function before<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

const open = makeOnce(true);
const strict = makeOnce(false);

/** The guarded fetch of this environment (`ALLOW_PRIVATE_NETWORK` opens loopback and private networks). */
export function safeFetch(env: { ALLOW_PRIVATE_NETWORK: boolean }, url: string, options: SafeFetchOptions): Promise<SafeResponse> {
  return (env.ALLOW_PRIVATE_NETWORK ? open() : strict())(url, options);
}

function makeOnce(allowPrivate: boolean): () => SafeFetch {
  let made: SafeFetch | undefined;
  return () => (made ??= makeSafeFetch({ allowPrivate }));
}

async function once(agent: Agent, url: URL, call: SafeFetchOptions, signal: AbortSignal): Promise<SafeResponse> {
  const answer = await request(url, {
    dispatcher: agent,
    method: call.method ?? 'GET',
    headers: { 'accept-encoding': 'identity', ...call.headers },
    body: call.body,
    signal,
    headersTimeout: call.timeoutMs,
    bodyTimeout: call.timeoutMs,
  });
  // An unread body must not raise an unhandled 'error' when it is dropped.
  answer.body.on('error', () => {});
  try {
    const headers = Object.fromEntries(
      Object.entries(answer.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
    );
    const followed = answer.statusCode >= 300 && answer.statusCode < 400;
    const body = followed ? new Uint8Array() : await readBody(answer.body, headers, call);
    return { status: answer.statusCode, headers, body, url: url.href };
  } finally {
    answer.body.destroy();
  }
}

async function readBody(body: AsyncIterable<Uint8Array>, headers: Record<string, string>, call: SafeFetchOptions): Promise<Uint8Array> {
  const cut = call.overflow === 'cut';
  const encoding = headers['content-encoding']?.trim().toLowerCase();
  if (encoding && encoding !== 'identity' && !cut) throw new SafeFetchError('encoded', `the answer is ${encoding.slice(0, 40)}-encoded although identity was asked for`);
  const tooLarge = () => new SafeFetchError('too_large', `the answer exceeds ${call.maxBytes} bytes`);
  if (!cut && Number(headers['content-length'] ?? 0) > call.maxBytes) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    const room = call.maxBytes - bytes;
    bytes += chunk.byteLength;
    if (bytes <= call.maxBytes) chunks.push(chunk);
    else if (!cut) throw tooLarge();
    else {
      chunks.push(chunk.subarray(0, room));
      break;
    }
  }
  return Buffer.concat(chunks);
}

function explain(error: unknown, deadline: AbortSignal, caller?: AbortSignal): SafeFetchError {
  for (let cause = error, depth = 0; cause && depth < 5; cause = (cause as Error).cause, depth++) {
    if (isSafeFetchError(cause)) return cause;
  }
  if (caller?.aborted) return new SafeFetchError('aborted', 'the fetch was cancelled', { cause: error });
  const { code = '', message = String(error) } = error as NodeJS.ErrnoException;
  if (deadline.aborted || /TIMEOUT/.test(code)) return new SafeFetchError('timeout', 'no whole answer in time', { cause: error });
  return new SafeFetchError('network', `no answer (${code || message})`, { cause: error });
}
