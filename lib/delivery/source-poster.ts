import { createHash } from 'node:crypto';
import type { Aspect } from '../assets/params';
import { ApiError, notFound } from '../http/errors';
import { limitRate } from '../http/rate-limit';
import { isRenderError } from '../render/render-error';
import type { Runtime } from '../runtime';
import { type CanonicalSource, isUpload } from '../sources/canonical-source';
import { readSource } from '../sources/read-source';
import { sourceAnswer } from '../sources/source-answer';
import { isObjectMissing } from '../storage/storage';
import { coalesce } from './coalesce';
import { makeGate } from './gate';
import { keptObject } from './kept-object';

/** New posters a project may cause in a minute: each is a fetch and a decode that nobody pays for. */
const POSTERS_PER_MINUTE = 300;
/** Fetches at a time in this process, and of one project: a source that never answers holds its place for 15 s. */
const fetches = makeGate(24, 4);
const decodes = makeGate(4);

/**
 * The poster of a source that has no clip yet, made once and then kept. Depends on source and aspect only, so that
 * free variations of an embed URL (`?idem=1`, `2`, …) neither fetch again nor fill the store.
 * @throws ApiError 400, 413, 415 for the source, 404 for an upload that isn't there, 429 for too many new ones
 */
export function sourcePoster(rt: Runtime, projectId: string, src: CanonicalSource, aspect: Aspect): Promise<Uint8Array> {
  const name = createHash('sha256').update(JSON.stringify([projectId, src, aspect])).digest('hex').slice(0, 32);
  const key = `posters/${name}.jpg`;
  const first = async () => {
    await limitRate(rt, `poster:${projectId}`, POSTERS_PER_MINUTE);
    return make(rt, projectId, src, aspect);
  };
  return coalesce(key, () => keptObject(rt, key, 'image/jpeg', first));
}

async function make(rt: Runtime, projectId: string, src: CanonicalSource, aspect: Aspect): Promise<Uint8Array> {
  try {
    const read = () => readSource(rt, src);
    const { bytes } = isUpload(src) ? await read() : await fetches(projectId, read);
    return (await decodes(projectId, () => rt.media.poster(bytes, aspect))).jpg;
  } catch (error) {
    if (isRenderError(error) && error.code === 'source_unsupported') throw new ApiError('source_unsupported', error.message);
    if (isUpload(src) && isObjectMissing((error as Error).cause)) throw notFound();
    throw sourceAnswer(error);
  }
}
