import type http from 'node:http';
import { request } from 'undici';

interface Entry {
  headers: Record<string, string>;
  body: Buffer;
  tags: string[];
}

export interface EdgeCache {
  answer(req: http.IncomingMessage, res: http.ServerResponse): Promise<void>;
  dropUrl(url: string): void;
  dropTag(tag: string): void;
  /** URLs that are kept. */
  kept(): string[];
}

/** Not passed on to visitors: `Cache-Tag` is taken away (its documentation); the rest is for one connection only. */
const TAKEN_AWAY = new Set(['cache-tag', 'connection', 'keep-alive', 'transfer-encoding']);

/**
 * One place of a CDN's cache. Keeps a 200 under its URL as `CDN-Cache-Control` says, from the moment the whole of it is
 * there: so a fill that began before a purge is kept after it. Fills do not wait for each other.
 */
export function makeEdgeCache(originUrl: string): EdgeCache {
  const entries = new Map<string, Entry>();

  async function fill(url: string): Promise<Entry & { status: number; keep: boolean }> {
    const answer = await request(`${originUrl}${url}`);
    const headers = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value)]));
    const body = Buffer.from(await answer.body.arrayBuffer());
    const tags = (headers['cache-tag'] ?? '').split(',').filter(Boolean);
    const keep = answer.statusCode === 200 && /max-age=[1-9]/.test(headers['cdn-cache-control'] ?? '');
    return { status: answer.statusCode, headers, body, tags, keep };
  }

  return {
    async answer(req, res) {
      const url = req.url!;
      const kept = entries.get(url);
      const { status, keep, ...entry } = kept ? { status: 200, keep: false, ...kept } : await fill(url);
      if (keep) entries.set(url, entry);
      for (const [name, value] of Object.entries(entry.headers)) if (!TAKEN_AWAY.has(name)) res.setHeader(name, value);
      res.writeHead(status, { 'cf-cache-status': kept ? 'HIT' : keep ? 'MISS' : 'DYNAMIC' });
      res.end(req.method === 'HEAD' ? undefined : entry.body);
    },
    dropUrl: (url) => void entries.delete(url),
    dropTag(tag) {
      for (const [url, { tags }] of entries) if (tags.includes(tag)) entries.delete(url);
    },
    kept: () => [...entries.keys()],
  };
}
