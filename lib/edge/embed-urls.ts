import type { ExplicitParams } from '../assets/params';
import { clipEtag, posterEtag } from '../delivery/etags';
import type { CanonicalSource } from '../sources/canonical-source';
import { embedPath } from '../sources/embed-path';

export interface EmbedAsset {
  src: CanonicalSource;
  explicitParams: unknown;
  project: { proxyKey: string };
}

/** A URL under which an asset's clip or poster stands, and the ETag it must have there. */
export interface EmbedUrl {
  path: string;
  etag: string;
}

/**
 * The URLs of an asset that can be named: what is purged by URL, and looked at through the edge. All others (reordered
 * or added parameters, and signed ones, of which there is one for each signature and expiry) go by the tag. A project
 * whose URLs must be signed gives signed ones here, so that a look is let in.
 */
export function embedUrls({ src, explicitParams, project }: EmbedAsset, generationEtag: string): EmbedUrl[] {
  const path = (ext: 'mp4' | 'jpg') => embedPath(project.proxyKey, src, explicitParams as ExplicitParams, ext);
  return [
    { path: path('mp4'), etag: clipEtag(generationEtag) },
    { path: path('jpg'), etag: posterEtag(generationEtag) },
  ];
}
