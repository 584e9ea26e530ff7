import { isSafeFetchError } from '../../http/safe-fetch-error';
import { PipelineError } from '../pipeline-error';
import type { Prediction, ReplicateApi } from './replicate-api';

const MOST_BYTES = 100 * 1024 * 1024;
const LIMIT_MS = 60_000;

/**
 * The bytes a prediction made. Its output is a URL (or a list with one) at a host we do not choose: fetched with the
 * guard of any stranger's URL. @throws PipelineError i2v_failed, transient when the host may yet answer
 */
export async function readOutput(replicate: ReplicateApi, { output }: Prediction, signal: AbortSignal): Promise<Uint8Array> {
  const url: unknown = Array.isArray(output) ? output.at(-1) : output;
  if (typeof url !== 'string' || !/^https?:/.test(url)) throw new PipelineError('i2v_failed', 'the model gave no file');
  try {
    const answer = await replicate.download(url, { maxBytes: MOST_BYTES, timeoutMs: LIMIT_MS, signal });
    if (answer.status === 200 && answer.body.byteLength > 0) return answer.body;
    throw unreadable(answer.status === 200 ? 'it is empty' : `its host answered ${answer.status}`, answer.status >= 500 || answer.status === 429);
  } catch (error) {
    if (!isSafeFetchError(error)) throw error;
    if (error.code === 'aborted') signal.throwIfAborted();
    throw unreadable(error.message, error.code === 'timeout' || error.code === 'network', error);
  }
}

const unreadable = (why: string, transient: boolean, cause?: unknown) =>
  new PipelineError('i2v_failed', `the model's file can't be fetched: ${why}`, transient, { cause });
