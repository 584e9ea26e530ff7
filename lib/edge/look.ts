import { ask } from './ask';
import type { Seen } from './edge';

/**
 * What a viewer gets for a path, through whatever stands in front of PUBLIC_URL. HEAD: caches answer it from the stored
 * GET. When nothing is stored, Cloudflare turns it into one, and our VCL lets it through (after whatever fill is under
 * way): then the next viewer's fill begins after the look, and brings nothing older.
 */
export async function lookThrough(publicUrl: string, path: string, signal: AbortSignal): Promise<Seen> {
  const { status, headers } = await ask(`${publicUrl}${path}`, {
    who: `${publicUrl} through the edge`,
    method: 'HEAD',
    headers: { 'user-agent': 'motioness-edge-check' },
    signal,
  });
  return { status, etag: headers.etag ?? null, ours: headers['x-request-id'] !== undefined };
}
