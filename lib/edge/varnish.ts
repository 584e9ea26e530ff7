import type { VarnishSettings } from '../env';
import { ask } from './ask';
import type { Edge } from './edge';
import { EdgeError } from './edge-error';
import { lookThrough } from './look';

/**
 * The driver of a Varnish with `deploy/varnish/default.vcl`: PURGE drops one URL, BAN all that carries the tag. The last
 * purge is later than the VCL's `first_byte_timeout` of 15 s: no answer from before the switch can still come in.
 */
export function varnishEdge({ url }: VarnishSettings, { publicUrl, again }: { publicUrl: string; again?: Edge['again'] }): Edge {
  const { host } = new URL(publicUrl);

  async function drop(method: 'PURGE' | 'BAN', path: string, headers: Record<string, string>, signal: AbortSignal): Promise<void> {
    const { status } = await ask(`${url}${path}`, { who: 'Varnish', method, headers: { ...headers, host }, signal });
    if (status === 200) return;
    const advice = status === 405 ? "; the list `purgers` of its VCL must have this server's address, and no proxy may stand between" : '';
    throw new EdgeError(`Varnish answered ${status} to ${method}${advice}`);
  }

  return {
    name: 'varnish',
    again: again ?? [{ afterMs: 1_000, tag: true }, { afterMs: 20_000, tag: true }],
    async purge({ paths, tag }, signal) {
      const urls = paths.map((path) => drop('PURGE', path, {}, signal));
      await Promise.all([...urls, tag && drop('BAN', '/', { 'surrogate-key': tag }, signal)]);
    },
    look: (path, signal) => lookThrough(publicUrl, path, signal),
  };
}
