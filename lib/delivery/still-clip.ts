import type { Call } from '../http/call';
import type { Reply } from '../http/reply';
import { renderStill } from '../render';
import { answerBytes, fromBytes, represent } from './answer-bytes';
import { coalesce } from './coalesce';
import { assetHeaders } from './embed-headers';
import { makeGate } from './gate';
import { keptObject } from './kept-object';
import { hashOf, posterBeforeClip } from './serve-poster';
import type { View } from './view';

const gate = makeGate(2);

/** A `<video>`: it shows nothing for JSON and doesn't ask again, so it gets a clip whatever the state. */
export const isMediaElement = ({ headers }: Call): boolean => headers.get('sec-fetch-dest') === 'video';

/**
 * The poster as a short clip that stands still, for a media element that asks before there is a clip. Kept by nobody;
 * `stage` tells the truth.
 * @returns null when the source gives no picture; the caller then answers in words.
 */
export async function stillAnswer(view: View, stage: string): Promise<Reply | null> {
  let mp4: Uint8Array;
  let name: string;
  try {
    const jpg = await posterBeforeClip(view);
    name = hashOf(jpg);
    mp4 = await still(view, `stills/${name}.mp4`, jpg);
  } catch (error) {
    view.rt.log.warn({ err: error, request_id: view.requestId, asset_id: view.found.assetId }, 'no still clip');
    return null;
  }
  return answerBytes(view.call, represent({
    size: mp4.byteLength,
    etag: `"still-${name}"`,
    read: fromBytes(mp4),
    headers: { 'Content-Type': 'video/mp4', 'Cache-Control': 'no-store', ...assetHeaders(view.found, stage, 0) },
  }));
}

/** By the poster's content, so one still serves all variants of a source. */
function still({ rt, found }: View, key: string, jpg: Uint8Array): Promise<Uint8Array> {
  return coalesce(key, () => keptObject(rt, key, 'video/mp4', () => gate(found.project.id, () => renderStill(jpg))));
}
