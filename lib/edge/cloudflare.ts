import type { Clock } from '../clock';
import type { CloudflareSettings } from '../env';
import type { Log } from '../log';
import { ask } from './ask';
import { readCloudflareAnswer } from './cloudflare-answer';
import type { Edge } from './edge';
import { gather } from './gather';
import { lookThrough } from './look';

/** Cloudflare's limit of a call, for URLs and for tags on every plan. */
const MOST_A_CALL = 100;
const CALL_MS = 15_000;

/**
 * The driver of Cloudflare's cache. A look sees one of its places, so it purges once more soon after a switch and once
 * when its longest wait for an origin (its own 120 s) is over. Tags go together in few calls: the Free plan has five a
 * minute, of a hundred tags each.
 */
export function cloudflareEdge(
  { token, zoneId, baseUrl }: CloudflareSettings,
  { publicUrl, clock, log, callMs = CALL_MS }: { publicUrl: string; clock: Clock; log: Log; callMs?: number },
): Edge {
  async function call(what: { files: string[] } | { tags: string[] }): Promise<ReturnType<typeof readCloudflareAnswer>> {
    const answer = await ask(`${baseUrl}/zones/${zoneId}/purge_cache`, {
      who: 'Cloudflare',
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(what),
      signal: AbortSignal.timeout(callMs),
    });
    return readCloudflareAnswer(answer, clock.now());
  }
  const purgeTag = gather<string>(MOST_A_CALL, async (tags) => {
    if ((await call({ tags })) === 'no tags in this plan') {
      log.warn('this Cloudflare plan does not purge by tag: embed URLs with added or reordered parameters stay old at the edge');
    }
  });

  return {
    name: 'cloudflare',
    again: [{ afterMs: 5_000, tag: false }, { afterMs: 130_000, tag: true }],
    async purge({ paths, tag }) {
      const files = paths.map((path) => `${publicUrl}${path}`);
      const calls = Array.from({ length: Math.ceil(files.length / MOST_A_CALL) }, (_, i) => call({ files: files.slice(i * MOST_A_CALL, (i + 1) * MOST_A_CALL) }));
      await Promise.all([...calls, tag && purgeTag(tag)]);
    },
    look: (path, signal) => lookThrough(publicUrl, path, signal),
  };
}
