import type { IncomingMessage, ServerResponse } from 'node:http';

/** What a handler reads of a request. A Web `Request` is one; the fast mount makes a lighter one. */
export type Call = Pick<Request, 'method' | 'url' | 'signal'> & { headers: Pick<Headers, 'get'> };

/** A request of `node:http`. Its url is the request line's: path and query, or an absolute URL. */
export class NodeCall implements Call {
  readonly method: string;
  readonly url: string;
  readonly headers: Pick<Headers, 'get'>;
  #signal: AbortSignal | undefined;

  constructor(
    { method = 'GET', url = '/', headers }: IncomingMessage,
    private readonly res: ServerResponse,
  ) {
    this.method = method;
    this.url = url;
    this.headers = {
      get: (name) => {
        const value = headers[name];
        return value === undefined ? null : typeof value === 'string' ? value : value.join(', ');
      },
    };
  }

  /** Aborted when the client goes away before it has its answer. */
  get signal(): AbortSignal {
    if (!this.#signal) {
      const gone = new AbortController();
      this.res.once('close', () => gone.abort());
      this.#signal = gone.signal;
    }
    return this.#signal;
  }
}

/** Path and query as they were sent. */
export function targetOf({ url }: Pick<Call, 'url'>): string {
  if (url.startsWith('/')) return url;
  // The authority ends before the path, or before the query where there is no path (RFC 3986, 3.2).
  const rest = url.replace(/^[^:/?#]+:\/\/[^/?#]*/, '');
  return rest.startsWith('/') ? rest : `/${rest}`;
}
