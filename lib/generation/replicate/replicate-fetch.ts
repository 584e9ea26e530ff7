import { ReplicateError } from './replicate-error';

/** For one call of the API, its answer included. */
export const CALL_LIMIT_MS = 15_000;

/** A status no server sends and the client does not try again. */
const NOT_AGAIN = 430;

/**
 * The `fetch` given to the `replicate` client. The client repeats a call at once when it throws or is answered 429 —
 * also a POST whose answer was lost, which then makes a second, paid prediction (replicate 1.4, lib/util.js,
 * `withAutomaticRetries`: errors are swallowed, Retry-After is never heeded). So it never sees either: what happened is
 * kept in `failure` and whoever called throws that.
 */
export function onceOnlyFetch(base: typeof fetch, signal: AbortSignal | undefined): { fetch: typeof fetch; failure(): ReplicateError | null } {
  let failure: ReplicateError | null = null;
  const hide = (error: ReplicateError) => {
    failure ??= error;
    return new Response(error.message, { status: NOT_AGAIN });
  };
  const limited: typeof fetch = async (url, init) => {
    const limit = AbortSignal.timeout(CALL_LIMIT_MS);
    try {
      const answer = await base(url, { ...init, signal: signal ? AbortSignal.any([limit, signal]) : limit });
      // The body, too, may never come: whoever reads it later could not tell.
      if (answer.ok) return new Response(await answer.arrayBuffer(), answer);
      return hide(await explain(answer));
    } catch (cause) {
      // Asking the limit here also keeps it: behind an AbortSignal.any alone it may be collected before its time (Node 20).
      const why = limit.aborted ? `within ${CALL_LIMIT_MS / 1000} s` : `(${(cause as Error).name}: ${(cause as Error).message})`;
      return hide(new ReplicateError('lost', `no answer from Replicate ${why}`, 0, 0, { cause }));
    }
  };
  return { fetch: limited, failure: () => failure };
}

async function explain(answer: Response): Promise<ReplicateError> {
  const text = (await answer.text().catch(() => '')).slice(0, 2_000);
  const { status } = answer;
  const message = `Replicate answered ${status}: ${detailOf(text)}`;
  if (status === 429) return new ReplicateError('busy', message, status, retryAfterMs(answer.headers.get('retry-after')));
  if (status === 404) return new ReplicateError('missing', message, status);
  return new ReplicateError(status >= 500 || status === 408 ? 'lost' : 'refused', message, status);
}

function detailOf(text: string): string {
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown };
    return typeof detail === 'string' ? detail : text;
  } catch {
    return text;
  }
}

const AT_LEAST_MS = 1_000;
const AT_MOST_MS = 60_000;

/** `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), within bounds. */
function retryAfterMs(header: string | null): number {
  const seconds = Number(header ?? Number.NaN);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header ?? '') - Date.now();
  return Math.min(AT_MOST_MS, Math.max(AT_LEAST_MS, Number.isFinite(ms) ? ms : 0));
}
