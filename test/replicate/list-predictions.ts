import { json } from './answers';
import type { RoutePorts } from './routes';

/** Newest first, in pages that hang together by cursors, as `created_after` (at or after) and `created_before` narrow it. */
export function listPredictions({ predictions, apiUrl, pageSize, showListed }: RoutePorts, query: URLSearchParams): Response {
  const after = Date.parse(query.get('created_after') ?? '') || 0;
  const before = Date.parse(query.get('created_before') ?? '') || Infinity;
  const all = predictions.all.filter(({ createdAt }) => createdAt >= after && createdAt < before).reverse();
  const { reverse, seq } = readCursor(query.get('cursor'));
  // `r`: the page that ends just before this prediction; else the one that begins just behind it.
  const pivot = seq === null ? -1 : all.findIndex((one) => (reverse ? one.seq <= seq : one.seq < seq));
  const at = seq === null ? 0 : pivot < 0 ? all.length : reverse ? Math.max(0, pivot - pageSize) : pivot;
  const results = all.slice(at, at + pageSize);
  const link = (cursor: string) => {
    const kept = new URLSearchParams(query);
    kept.set('cursor', Buffer.from(cursor).toString('base64'));
    return `${apiUrl}/predictions?${kept}`;
  };
  return json({
    previous: at > 0 && results.length > 0 ? link(`r=1&p=${results[0]!.seq}`) : null,
    next: at + pageSize < all.length ? link(`p=${results.at(-1)!.seq}`) : null,
    results: results.map(showListed),
  });
}

function readCursor(cursor: string | null): { reverse: boolean; seq: number | null } {
  const read = new URLSearchParams(Buffer.from(cursor ?? '', 'base64').toString());
  return { reverse: read.get('r') === '1', seq: read.has('p') ? Number(read.get('p')) : null };
}
