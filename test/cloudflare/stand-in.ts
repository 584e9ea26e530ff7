import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { type EdgeCache, makeEdgeCache } from './edge-cache';

/** What goes wrong, once each, in order. */
export type Fault =
  | { status: number; body: string; headers?: Record<string, string> }
  /** An answer that never comes. */
  | 'silence';

export interface Cloudflare {
  /** For CLOUDFLARE_BASE_URL, CLOUDFLARE_API_TOKEN and CLOUDFLARE_ZONE_ID. */
  baseUrl: string;
  token: string;
  zoneId: string;
  /** Where visitors come: PUBLIC_URL. */
  edgeUrl: string;
  cache: EdgeCache;
  /** The bodies of the purge calls that it took. */
  purges: Array<{ files?: string[]; tags?: string[] }>;
  fail(...faults: Fault[]): void;
  /** Calls by tag (and host, prefix) that are left; the Free plan has a bucket of 25, and five more a minute. */
  tagTokens: number;
  close(): Promise<void>;
}

const said = (code: number, message: string) => JSON.stringify({ success: false, errors: [{ code, message }], messages: [], result: null });

/** What Cloudflare says when the token is not one, when it may not do this, and when the zone is none. */
export const refusals = {
  invalidToken: { status: 403, body: said(9109, 'Invalid access token') },
  authentication: { status: 403, body: said(10000, 'Authentication error') },
  unknownZone: { status: 404, body: said(7003, 'Could not route to /client/v4/zones/x/purge_cache, perhaps your object identifier is invalid?') },
  noTags: { status: 400, body: said(1107, 'Only enterprise zones can purge by tag.') },
  inside200: { status: 200, body: said(1016, 'One or more cache purge errors') },
  rateLimit: (seconds: number) => ({ status: 429, headers: { 'retry-after': String(seconds) }, body: said(1134, 'Unable to purge, rate limit reached. Please wait if you need to perform more operations.') }),
  html: { status: 502, body: '<html><head><title>502 Bad Gateway</title></head></html>' },
  cut: { status: 200, body: '{"success":tr' },
} satisfies Record<string, Fault | ((seconds: number) => Fault)>;

const MOST_A_CALL = 100;

/** A stand-in of Cloudflare, written from its documentation: the purge call of its API, and one place of its cache. */
export async function startCloudflare({ originUrl }: { originUrl: string }): Promise<Cloudflare> {
  const faults: Fault[] = [];
  const hanging = new Set<http.ServerResponse>();
  const api = http.createServer((req, res) => void receive(req, res));
  const edge = http.createServer((req, res) => void cache.answer(req, res));
  const cache = makeEdgeCache(originUrl);
  const [apiPort, edgePort] = await Promise.all([listen(api), listen(edge)]);
  const it: Cloudflare = {
    baseUrl: `http://127.0.0.1:${apiPort}/client/v4`,
    token: 'a-token-of-the-stand-in-for-40-characters',
    zoneId: '0123456789abcdef0123456789abcdef',
    edgeUrl: `http://127.0.0.1:${edgePort}`,
    cache,
    purges: [],
    tagTokens: 25,
    fail: (...more) => void faults.push(...more),
    async close() {
      hanging.forEach((res) => res.destroy());
      await Promise.all([api, edge].map((server) => (server.closeAllConnections(), new Promise((resolve) => server.close(resolve)))));
    },
  };

  async function receive(req: http.IncomingMessage, res: http.ServerResponse): Promise<void> {
    let text = '';
    for await (const piece of req) text += String(piece);
    const fault = faults.shift();
    if (fault === 'silence') return void hanging.add(res);
    const { status, body, headers } = fault ? { headers: {}, ...fault } : { headers: {}, ...answer(req, text) };
    res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  }

  function answer(req: http.IncomingMessage, text: string): Exclude<Fault, 'silence'> {
    const [, zone] = /^\/client\/v4\/zones\/([^/]+)\/purge_cache$/.exec(req.url ?? '') ?? [];
    if (req.headers.authorization !== `Bearer ${it.token}`) return refusals.invalidToken;
    if (req.method !== 'POST' || zone === undefined) return refusals.unknownZone;
    if (zone !== it.zoneId) return refusals.authentication;
    const { files, tags, ...other } = JSON.parse(text) as { files?: string[]; tags?: string[] };
    const list = files ?? tags;
    if ((files && tags) || !list?.length || Object.keys(other).length > 0) return { status: 400, body: said(1012, 'Request must contain one of "purge_everything" or "files", "tags", "hosts" or "prefixes"') };
    if (list.length > MOST_A_CALL) return { status: 400, body: said(1094, `You may only purge up to ${MOST_A_CALL} items at a time.`) };
    if (files?.some((url) => !url.startsWith(`${it.edgeUrl}/`))) return { status: 400, body: said(1012, 'Unable to purge: the url is not of this zone.') };
    if (tags && (it.tagTokens -= 1) < 0) return refusals.rateLimit(12);
    it.purges.push({ ...(files ? { files } : { tags }) });
    files?.forEach((url) => cache.dropUrl(url.slice(it.edgeUrl.length)));
    tags?.forEach((tag) => cache.dropTag(tag));
    return { status: 200, body: JSON.stringify({ success: true, errors: [], messages: [], result: { id: zone } }) };
  }
  return it;
}

async function listen(server: http.Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
