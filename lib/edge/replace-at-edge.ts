import { cacheTag } from '../delivery/embed-headers';
import { linkProject } from '../delivery/embed-link';
import { embedPathsOf } from '../delivery/embed-paths-of';
import type { Runtime } from '../runtime';
import type { Edge, Seen } from './edge';
import { EdgeError } from './edge-error';
import { type EmbedUrl, embedUrls } from './embed-urls';

export interface SwitchRef {
  assetId: string;
  generationId: string;
}

export interface Switch extends SwitchRef {
  /** What is looked at. */
  urls: EmbedUrl[];
  /**
   * All that can be named, by every key that still works. Others (reordered or added parameters, URLs that somebody else
   * has signed) go by the tag.
   */
  paths: string[];
}

/** Purges of one message; what is still old then is tried again by the outbox. */
const MOST_PURGES = 5;

/** The URLs of a switch; null when the asset is gone, or a newer switch (which has purges of its own) is the one to make live. */
export async function readSwitch(rt: Runtime, { assetId, generationId }: SwitchRef): Promise<Switch | null> {
  const asset = await rt.db.asset.findFirst({
    where: { id: assetId, currentGenerationId: generationId },
    select: { src: true, explicitParams: true, project: linkProject, current: { select: { etag: true } } },
  });
  if (!asset?.current?.etag) return null;
  return { assetId, generationId, urls: embedUrls(rt, asset, asset.current.etag), paths: await embedPathsOf(rt, assetId) };
}

/**
 * Purges until every URL of the switch, seen through the edge, is the new one: an answer that the origin gave before the
 * switch may come in after the purge, and then only another purge removes it.
 * @returns false when a newer switch came meanwhile.
 * @throws EdgeError when the edge does not confirm, or still has the old clip
 */
export async function replaceAtEdge(rt: Runtime, edge: Edge, what: Switch, { tag, signal }: { tag: boolean; signal: AbortSignal }): Promise<boolean> {
  for (let purges = 1; ; purges++) {
    // Only what is looked at is known to need it again.
    const target = purges === 1 ? { paths: what.paths, ...(tag ? { tag: cacheTag(what.assetId) } : {}) } : { paths: what.urls.map(({ path }) => path) };
    await edge.purge(target, signal);
    const old = await oldOnes(edge, what, signal);
    if (old.length === 0) return true;
    if (!(await readSwitch(rt, what))) return false;
    if (purges === MOST_PURGES) throw new EdgeError(`the edge still has an old answer for ${old[0]!.path} after ${purges} purges`);
    rt.log.info({ asset_id: what.assetId, generation_id: what.generationId, purges }, 'an old answer came in at the edge after the purge; purging again');
  }
}

/** The URLs at which the edge has something older. @throws EdgeError when it cannot be told */
export async function oldOnes(edge: Edge, { urls }: Switch, signal: AbortSignal): Promise<EmbedUrl[]> {
  const verdicts = await Promise.all(urls.map(async (url) => isOld(url, await edge.look(url.path, signal))));
  return urls.filter((_, i) => verdicts[i]);
}

function isOld({ path, etag }: EmbedUrl, { status, etag: seen, ours }: Seen): boolean {
  if (status === 200) {
    if (seen === null) throw new EdgeError(`the edge takes the ETag away from ${path}; it must pass on strong ETags`);
    return seen.replace(/^W\//, '') !== etag;
  }
  // The product itself refuses it (an allowlist that changed, a key that was rotated): nothing old stands there.
  if (ours && status >= 400 && status < 500) return false;
  throw new EdgeError(`the edge answered ${status} for ${path}; it must let this server's own requests in`);
}
