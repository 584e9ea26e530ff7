import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { regenerate } from './assets/regenerate-handler';
import { deliver } from './delivery/deliver';
import { publicEvents } from './events/events-handlers';
import type { Handler, Params } from './http/route';

type Route = [method: string | null, pattern: RegExp, handler: Handler];

/** What is served in front of Next; Next's routes export the same handlers (docs/decisions/0003). */
const routes: Route[] = [
  ['GET', /^\/v1\/(?<key>[^/]+)\/events\/(?<assetId>[^/]+)$/, publicEvents],
  [null, /^\/v1\/[^/]+\/(?!events\/).+$/, (req) => deliver(req)],
  ['POST', /^\/api\/assets\/(?<id>[^/]+)\/regenerate$/, regenerate],
];

function find(method: string | undefined, path: string): { handler: Handler; params: Params } | null {
  for (const [wanted, pattern, handler] of routes) {
    const match = wanted === null || wanted === method ? pattern.exec(path) : null;
    if (match) return { handler, params: { ...match.groups } };
  }
  return null;
}

const pathOf = (url: string) => url.split('?', 1)[0]!;

const listener = getRequestListener(
  async (req: Request) => {
    const found = find(req.method, pathOf(new URL(req.url).pathname))!;
    return found.handler(req, { params: Promise.resolve(found.params) });
  },
  { overrideGlobalObjects: false },
);

/** Answers a request that need not pass through Next. @returns false when it is not one of those. */
export function fastMount(req: IncomingMessage, res: ServerResponse): boolean {
  if (!find(req.method, pathOf(req.url ?? '/'))) return false;
  void listener(req, res);
  return true;
}
