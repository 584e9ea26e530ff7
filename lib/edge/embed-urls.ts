import { embedLink, type LinkAsset, type LinkProject } from '../delivery/embed-link';
import { clipEtag, posterEtag } from '../delivery/etags';
import type { Runtime } from '../runtime';

/** A URL under which an asset's clip or poster stands, and the ETag it must have there. */
export interface EmbedUrl {
  path: string;
  etag: string;
}

/** The URLs that the owner is given, signed where they must be: what is looked at through the edge. */
export function embedUrls(rt: Pick<Runtime, 'secret'>, asset: LinkAsset & { project: LinkProject }, generationEtag: string): EmbedUrl[] {
  const path = (ext: 'mp4' | 'jpg') => embedLink(rt, asset.project, asset, ext);
  return [
    { path: path('mp4'), etag: clipEtag(generationEtag) },
    { path: path('jpg'), etag: posterEtag(generationEtag) },
  ];
}
