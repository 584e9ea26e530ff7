import type { CurrentClip, Embed } from './find-embed';
import type { View } from './view';

/** The tag under which an edge keeps everything of an asset: purging it drops clip and poster. */
export const cacheTag = (assetId: string): string => `motioness-${assetId}`;

/** The tag of everything of a project: purged when who may see it changes. */
export const projectTag = (projectId: string): string => `motioness-${projectId}`;

const YEAR_S = 31_536_000;

/**
 * Caching of what may be kept: browsers ask again each time (a 304 is cheap, and a regenerate must reach them), the edge
 * keeps it until it is purged, for `edgeSeconds`, or until the URL's signature or key ends.
 */
export function cacheable({ rt, wanted, found, validUntilMs }: View, edgeSeconds = YEAR_S): Record<string, string> {
  // Another header, another asset, but the same URL: kept by nobody.
  if (wanted.idemFromHeader) return { 'Cache-Control': 'no-store' };
  const leftS = validUntilMs === null ? Infinity : Math.max(0, Math.floor((validUntilMs - rt.clock.now()) / 1000));
  const tags = [cacheTag(found.assetId), projectTag(found.project.id)];
  return {
    'Cache-Control': 'public, max-age=0, must-revalidate',
    // Past the end of a signature or key an edge must not serve it stale either, whatever it does elsewhere.
    'CDN-Cache-Control': leftS < edgeSeconds ? `public, max-age=${leftS}, must-revalidate` : `public, max-age=${edgeSeconds}`,
    'Cache-Tag': tags.join(','),
    'Surrogate-Key': tags.join(' '),
  };
}

/** What tells a client about the asset. Generation 0: no clip yet. A stage that isn't known is not made up. */
export function assetHeaders({ assetId, asset }: Pick<Embed, 'assetId' | 'asset'>, stage: string | null, generation: number): Record<string, string> {
  return {
    'X-Motioness-Asset-Id': assetId,
    'X-Motioness-Generation': String(generation),
    ...(stage ? { 'X-Motioness-Stage': stage } : {}),
    // How to play it: a page's script can't read that from the URL, for a regenerate may change it.
    ...(asset ? { 'X-Motioness-Mode': asset.mode } : {}),
  };
}

/** Per-stage durations of the run that made the clip; names and numbers are checked, for they come from JSON. */
export function serverTiming({ timings }: CurrentClip): Record<string, string> {
  const entries = Object.entries(timings).filter(([name, ms]) => /^[\w-]+$/.test(name) && typeof ms === 'number' && Number.isFinite(ms));
  return entries.length ? { 'Server-Timing': entries.map(([name, ms]) => `${name};dur=${ms as number}`).join(', ') } : {};
}

const EXPOSED = [
  'Accept-Ranges', 'Content-Length', 'Content-Range', 'ETag', 'Retry-After', 'Server-Timing', 'X-Motioness-Asset-Id',
  'X-Motioness-Eta-Ms', 'X-Motioness-Generation', 'X-Motioness-Loop', 'X-Motioness-Mode', 'X-Motioness-Stage', 'X-Request-Id',
].join(', ');

/** On every answer, errors too: any page may embed, and scripts may read what happened. */
export const commonHeaders = (requestId: string): Record<string, string> => ({
  'X-Request-Id': requestId,
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': EXPOSED,
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Timing-Allow-Origin': '*',
  'X-Content-Type-Options': 'nosniff',
});

/** The answer to a preflight, for embeds and their event streams. */
export const preflightHeaders = {
  'Access-Control-Allow-Methods': 'GET, HEAD, OPTIONS',
  'Access-Control-Allow-Headers': 'Range, If-Range, If-Match, If-None-Match, If-Modified-Since, If-Unmodified-Since, Idempotency-Key, Last-Event-ID, X-Request-Id',
  'Access-Control-Max-Age': '86400',
  'Cache-Control': 'no-store',
  Allow: 'GET, HEAD, OPTIONS',
};
