import { createHash } from 'node:crypto';
import type { Reply } from '../http/reply';
import { answerBytes, fromBytes, represent } from './answer-bytes';
import { assetHeaders, cacheable } from './embed-headers';
import { posterEtag } from './etags';
import type { Aspect } from '../assets/params';
import { sourcePoster } from './source-poster';
import type { View } from './view';

/** The edge learns of a first clip by its purge; this bounds what a lost one costs. */
const EDGE_SECONDS_BEFORE_CLIP = 60;

/** The `.jpg`: the current generation's poster, or one made from the source. Free, and never starts a generation. */
export async function servePoster(view: View): Promise<Reply> {
  const { rt, call, found } = view;
  const clip = found.asset?.clip;
  const jpg = clip ? await rt.hot.blocks.readAll(clip.posterKey) : await posterBeforeClip(view);
  return answerBytes(call, represent({
    size: jpg.byteLength,
    // Posters before the clip have no generation to name them; their content does.
    etag: clip ? posterEtag(clip.etag) : `"poster-${hashOf(jpg)}"`,
    lastModifiedMs: clip?.finishedAt.getTime(),
    read: fromBytes(jpg),
    headers: {
      'Content-Type': 'image/jpeg',
      ...cacheable(view, clip ? undefined : EDGE_SECONDS_BEFORE_CLIP),
      ...assetHeaders(found, clip ? 'ready' : null, clip?.number ?? 0),
    },
  }));
}

/** The picture to show while there is no clip. @throws ApiError 4xx when the source can't give one */
export async function posterBeforeClip({ rt, wanted, found }: View): Promise<Uint8Array> {
  const { asset, project } = found;
  if (asset?.posterKey) return rt.storage.readAll(asset.posterKey);
  return sourcePoster(rt, project.id, wanted.src, (asset?.aspect ?? wanted.explicit.aspect ?? 'preserve') as Aspect);
}

export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 32);
