import type { S3Settings } from './s3';
import { StorageError } from './storage';

/** What the SDK throws: an answer of the store, or a failure to get one. */
interface SdkError {
  name?: string;
  code?: string;
  message?: string;
  Region?: string;
  status?: number | null;
  $metadata?: { httpStatusCode?: number };
  $response?: { headers?: Record<string, string> };
}

export const statusOf = (error: unknown): number | null => (error as SdkError).$metadata?.httpStatusCode ?? (error as SdkError).status ?? null;

const WRONG_REGION = ['PermanentRedirect', 'TemporaryRedirect', 'AuthorizationHeaderMalformed', 'IllegalLocationConstraintException', 'InvalidRegionName'];
const NO_CONNECTION = ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'EPIPE', 'EPROTO'];

const placeOf = ({ endpoint }: Pick<S3Settings, 'endpoint'>) => (endpoint === undefined ? 'S3_REGION' : 'S3_ENDPOINT');

/** Some other kind of server. */
export const noStore = (settings: Pick<S3Settings, 'endpoint'>, status: number) =>
  new StorageError(`what answers there is no S3 store (${status})`, placeOf(settings), status);

/**
 * Says which variable to change. Made from the parts of the error that are known: the SDK's has the access key, the
 * signature and the whole answer on it, and errors end up in the log.
 * @param lateAfterMs when our own limit ended the call
 */
export function storeError(thrown: unknown, settings: Pick<S3Settings, 'bucket' | 'endpoint'>, lateAfterMs: number | null): StorageError {
  if (thrown instanceof StorageError) return thrown;
  const error = thrown as SdkError;
  const status = statusOf(error);
  const code = error.name ?? 'Error';
  const said = status === null ? code : `${status} ${code}`;
  const make = (variable: string | null, text: string) => new StorageError(text, variable, status);
  const place = placeOf(settings);

  if (lateAfterMs !== null) return make(null, `the store did not finish within ${lateAfterMs / 1000} s`);
  if (WRONG_REGION.includes(code) || status === 301 || status === 307) {
    const right = error.Region ?? error.$response?.headers?.['x-amz-bucket-region'];
    return make('S3_REGION', `must be the region of the bucket ${settings.bucket}${right ? `, ${right}` : ''} (the store says ${said})`);
  }
  if (code === 'NoSuchBucket' || code === 'InvalidBucketName') return make('S3_BUCKET', `there is no bucket ${settings.bucket} (the store says ${said})`);
  if (code === 'RequestTimeTooSkewed') return make(null, `this machine's clock is too far from the store's (the store says ${said})`);
  if (code === 'SignatureDoesNotMatch') return make('S3_SECRET_ACCESS_KEY', `does not belong to S3_ACCESS_KEY_ID (the store says ${said})`);
  if (code === 'InvalidAccessKeyId') return make('S3_ACCESS_KEY_ID', `the store does not know this key (it says ${said})`);
  if (status === 401 || status === 403) {
    return make('S3_ACCESS_KEY_ID', `this key must be allowed to list, read, write and delete in the bucket ${settings.bucket} (the store says ${said})`);
  }
  if (code === 'TimeoutError') return make(place, 'the store does not answer');
  if (status === null && error.code && (NO_CONNECTION.includes(error.code) || /CERT|TLS|SSL|SIGNED/.test(error.code))) {
    return make(place, `the store cannot be reached (${error.code})`);
  }
  // The SDK could not make an S3 answer of what came.
  if (status !== null && status < 300) return noStore(settings, status);
  return make(null, `the store failed (${said})`);
}
