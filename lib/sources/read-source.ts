import { isSafeFetchError, type SafeFetchError } from '../http/safe-fetch-error';
import { safeFetch, type SafeResponse } from '../http/safe-fetch';
import { PipelineError } from '../generation/pipeline-error';
import type { Runtime } from '../runtime';
import { isObjectMissing } from '../storage/storage';
import { type CanonicalSource, isUpload, uploadKeyOf, uploadObject } from './canonical-source';
import { type CheckedImage, checkImage, MAX_SOURCE_BYTES, tooLarge } from './check-image';

/** For the whole fetch of a source, redirects included. */
const FETCH_TIMEOUT_MS = 15_000;

export interface SourceImage extends CheckedImage {
  bytes: Uint8Array;
}

/**
 * The bytes of a source, from our own uploads or by a guarded fetch, checked by content.
 * @throws PipelineError source_unfetchable (transient for 5xx, 429 and timeouts), source_too_large, source_too_small,
 * source_unsupported
 */
export async function readSource(rt: Pick<Runtime, 'env' | 'storage'>, src: CanonicalSource, { signal }: { signal?: AbortSignal } = {}): Promise<SourceImage> {
  const bytes = isUpload(src) ? await readUpload(rt, uploadKeyOf(src)) : await fetchSource(rt, src, signal);
  return { bytes, ...(await checkImage(bytes)) };
}

const unfetchable = (message: string, transient: boolean, cause?: unknown) => new PipelineError('source_unfetchable', message, transient, { cause });

async function readUpload(rt: Pick<Runtime, 'storage'>, key: string): Promise<Uint8Array> {
  try {
    return await rt.storage.readAll(uploadObject(key));
  } catch (error) {
    if (isObjectMissing(error)) throw unfetchable('there is no such upload', false, error);
    throw error;
  }
}

async function fetchSource(rt: Pick<Runtime, 'env'>, src: CanonicalSource, signal?: AbortSignal): Promise<Uint8Array> {
  let answer: SafeResponse;
  try {
    answer = await safeFetch(rt.env, src, {
      headers: { accept: 'image/webp,image/png,image/jpeg', 'user-agent': `Motioness/1 (+${rt.env.PUBLIC_URL})` },
      maxBytes: MAX_SOURCE_BYTES,
      timeoutMs: FETCH_TIMEOUT_MS,
      signal,
    });
  } catch (error) {
    if (!isSafeFetchError(error)) throw error;
    if (error.code === 'aborted') signal?.throwIfAborted();
    throw error.code === 'too_large' ? tooLarge() : unfetchable(`the source can't be fetched: ${error.message}`, isTransient(error), error);
  }
  if (answer.status === 200) return answer.body;
  throw unfetchable(`the source answered ${answer.status}`, answer.status >= 500 || answer.status === 429 || answer.status === 408);
}

function isTransient({ code, cause }: SafeFetchError): boolean {
  if (code === 'timeout') return true;
  // A name that doesn't exist stays so; a refused or broken connection may not.
  return code === 'network' && (cause as NodeJS.ErrnoException | undefined)?.code !== 'ENOTFOUND';
}
