import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { regenerate } from './assets/regenerate-handler';
import { replyToEmbed } from './delivery/deliver';
import { publicEvents } from './events/events-handlers';
import { NodeCall, targetOf } from './http/call';
import { ApiError } from './http/errors';
import { errorReply } from './http/reply';
import { requestIdFrom } from './http/request-id';
import type { Handler, Params } from './http/route';
import { writeReply } from './http/write-reply';
import { runtime } from './runtime';

type Route = [method: string | null, pattern: RegExp, handler: Handler];

const EVENTS = /^\/v1\/(?<key>[^/]+)\/events\/(?<assetId>[^/]+)$/;
const EMBED = /^\/v1\/(?![^/]+\/events\/[^/]+$)/;

/** What is served in front of Next besides embeds; Next's routes export the same handlers (docs/decisions/0003). */
const routes: Route[] = [
  [null, EVENTS, publicEvents],
  ['POST', /^\/api\/assets\/(?<id>[^/]+)\/regenerate$/, regenerate],
];

function find(method: string | undefined, path: string): { handler: Handler; params: Params } | null {
  for (const [wanted, pattern, handler] of routes) {
    const match = wanted === null || wanted === method ? pattern.exec(path) : null;
    if (match) return { handler, params: { ...match.groups } };
  }
  return null;
}

/** Nothing for a URL parser to resolve; most requests are so, and parsing costs more than the rest of finding a route. */
const PLAIN = /^\/(?!\/)(?:[\w\-~/]|\.(?=[\w\-~])(?<!\/\.)|%(?!2e))*(?:\?|$)/i;

/** The path as handlers will see it, dot segments resolved; null when there is none to be had. */
function pathOf(url: string): string | null {
  if (PLAIN.test(url)) return url.split('?', 1)[0]!;
  const target = url.startsWith('/') ? `http://host${url}` : url;
  return URL.canParse(target) ? new URL(target).pathname : null;
}

const listener = getRequestListener(
  async (req: Request) => {
    const found = find(req.method, new URL(req.url).pathname)!;
    return found.handler(req, { params: Promise.resolve(found.params) });
  },
  { overrideGlobalObjects: false },
);

/**
 * Answers a request that need not pass through Next, and those Next would answer badly.
 * @returns false when Next is to answer.
 */
export function fastMount(req: IncomingMessage, res: ServerResponse): boolean {
  const path = pathOf(req.url ?? '/');
  if (path !== null && EMBED.test(path)) {
    void serveEmbed(req, res);
    return true;
  }
  if (path !== null && find(req.method, path)) {
    void listener(req, res);
    return true;
  }
  // Next would send a client to the very address it asked for (RFC 9112, 3.2.2: a server must take the absolute form).
  if (req.url && !req.url.startsWith('/') && URL.canParse(req.url)) req.url = targetOf({ url: req.url });
  const requestId = requestIdFrom(req.headers['x-request-id']?.toString());
  if (path === ENGINE) res.setTimeout(0); // a step may take longer than SILENCE_MS, and is silent until it ends
  // Next's own answers know no request id; our handlers set theirs over it, and read the same one.
  req.headers['x-request-id'] = requestId;
  res.setHeader('X-Request-Id', requestId);
  if (path === null || !isDecodable(path)) return refuse(req, res, new ApiError('bad_request', 'the path is malformed'), requestId);
  // Next fails with a 500 for these.
  if (!METHODS.has(req.method ?? '')) return refuse(req, res, new ApiError('method_not_allowed', `no ${req.method} here`, { headers: { Allow: [...METHODS].join(', ') } }), requestId);
  if (PUBLIC_FILE.test(path) && req.method !== 'GET' && req.method !== 'HEAD') {
    return refuse(req, res, new ApiError('method_not_allowed', 'use GET or HEAD', { headers: { Allow: 'GET, HEAD' } }), requestId);
  }
  return false;
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** Where an Inngest server asks for steps. */
const ENGINE = '/api/inngest';
/** What is in `public/`. */
const PUBLIC_FILE = /^\/(embed\.js|icon\.svg|demo\/)/;

function refuse(req: IncomingMessage, res: ServerResponse, error: ApiError, requestId: string): true {
  req.resume();
  void writeReply(res, errorReply(error, requestId, runtime().log));
  return true;
}

/** Past the adapter, which would make a Request and a Response of each and copy what it writes (docs/decisions/0013). */
async function serveEmbed(req: IncomingMessage, res: ServerResponse): Promise<void> {
  req.resume(); // a body is of no interest, and would hold the connection
  try {
    await writeReply(res, await replyToEmbed(new NodeCall(req, res)));
  } catch (error) {
    runtime().log.error({ err: error, path: req.url }, 'an answer broke off');
    if (!res.headersSent) res.statusCode = 500;
    res.end();
  }
}

/** Next answers 500 to a path that is not percent-encoded UTF-8. */
function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
