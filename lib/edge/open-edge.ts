import type { Clock } from '../clock';
import type { Env } from '../env';
import type { Log } from '../log';
import { cloudflareEdge } from './cloudflare';
import type { Edge } from './edge';
import { varnishEdge } from './varnish';

/** The edge that the environment names; null when no cache stands in front, so that what is committed is live. */
export function openEdge({ edge, PUBLIC_URL: publicUrl }: Pick<Env, 'edge' | 'PUBLIC_URL'>, tools: { clock: Clock; log: Log }): Edge | null {
  if (!edge) return null;
  return edge.driver === 'cloudflare' ? cloudflareEdge(edge, { publicUrl, ...tools }) : varnishEdge(edge, { publicUrl });
}
