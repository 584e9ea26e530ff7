import { ApiError, isApiError, notFound } from '../http/errors';
import type { Reply } from '../http/reply';
import { answerBytes, represent, type Representation } from './answer-bytes';
import { assetHeaders, cacheable, serverTiming } from './embed-headers';
import { clipEtag } from './etags';
import { type CurrentClip, type Embed, findEmbed } from './find-embed';
import { mintEmbed } from './mint-embed';
import { failedAnswer, pendingAnswer, readProgress } from './pending-answer';
import { isMediaElement, stillAnswer } from './still-clip';
import type { View } from './view';
import { waitForClip } from './wait-for-clip';

/**
 * The `.mp4`: the current clip, whatever runs meanwhile. Without one a GET starts the asset, waits if asked to, and then
 * tells how far it is; a media element gets a still clip instead of words.
 * @throws ApiError 4xx, 502
 */
export async function serveClip(view: View): Promise<Reply> {
  const { rt, call, wanted } = view;
  const arrivedMs = performance.now();
  const find = () => findEmbed(rt, wanted);
  if (!view.found.asset) {
    // HEAD has no effects, so for it there is nothing here yet.
    if (call.method === 'HEAD') throw notFound();
    try {
      await mintEmbed(view);
    } catch (error) {
      return await refusedAnswer(view, error);
    }
    view = { ...view, found: await find() };
  }
  const waitMs = wanted.waitMs - (performance.now() - arrivedMs);
  if (waitMs > 0) {
    const { assetId } = view.found;
    view = { ...view, found: await waitForClip(rt, view.found, { assetId, waitMs, signal: call.signal, find }) };
  }
  const clip = view.found.asset?.clip;
  if (clip) return answerClip(view, clip);
  // Deleted while we waited.
  if (!view.found.asset) throw notFound();
  const progress = await readProgress(view);
  const still = isMediaElement(call) ? await stillAnswer(view, progress.stage) : null;
  if (still) return still;
  if (progress.stage === 'failed') throw failedAnswer(view);
  return pendingAnswer(view, progress);
}

// One for each hot embed, whose `found` is kept as long as nothing is said of it.
const represented = new WeakMap<Embed, Representation>();

function answerClip(view: View, clip: CurrentClip): Reply | Promise<Reply> {
  const { call, wanted, found, validUntilMs } = view;
  // What a permission that ends has in its headers is of this moment.
  if (validUntilMs !== null || wanted.idemFromHeader) return answerBytes(call, representClip(view, clip));
  let what = represented.get(found);
  if (!what) represented.set(found, (what = representClip(view, clip)));
  return answerBytes(call, what);
}

function representClip(view: View, clip: CurrentClip): Representation {
  const { blocks } = view.rt.hot;
  return represent({
    size: clip.bytes,
    etag: clipEtag(clip.etag),
    lastModifiedMs: clip.finishedAt.getTime(),
    read: (range) => blocks.read(clip.clipKey, clip.bytes, range),
    headers: {
      'Content-Type': 'video/mp4',
      ...cacheable(view),
      ...assetHeaders(view.found, 'ready', clip.number),
      ...(clip.loopMode ? { 'X-Motioness-Loop': clip.loopMode } : {}),
      ...serverTiming(clip),
    },
  });
}

/** An asset that may not be started now. A first view is never broken, so a media element still sees the picture. */
async function refusedAnswer(view: View, error: unknown): Promise<Reply> {
  if (!isApiError(error)) throw error;
  const still = error.status === 429 && isMediaElement(view.call) ? await stillAnswer(view, error.code) : null;
  if (still) return still;
  if (error.code !== 'quota_exceeded' && error.code !== 'overage_disabled') throw error;
  throw new ApiError(error.code, 'monthly limit reached', {
    body: { upgrade_url: `${view.rt.env.PUBLIC_URL}/pricing` },
    headers: { 'X-Motioness-Asset-Id': view.found.assetId },
  });
}
