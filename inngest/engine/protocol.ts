/**
 * The call-request protocol between an Inngest executor and the SDK (SDK specification 4.4; inngest 4.24
 * `InngestCommHandler`): one POST with the run's memoised state, answered by a result, by operations, or by an error.
 */
import { canonicalJson, signBody } from './json';
import { EngineStartError } from './types';
import { parseRetryAfter } from './durations';

export interface Wire {
  handler: (req: Request) => Promise<Response>;
  signingKey: string;
  appUrl: string;
}

export interface Op {
  id: string;
  op: string;
  name?: string;
  displayName?: string;
  opts?: Record<string, unknown>;
  data?: unknown;
  error?: unknown;
}

export type Answer =
  | { kind: 'ops'; ops: Op[]; retryAt?: number }
  | { kind: 'result'; output: unknown }
  | { kind: 'error'; error: unknown; retriable: boolean; retryAt?: number }
  | { kind: 'malformed'; reason: string };

export interface Call {
  functionId: string;
  /** `step` discovers what comes next; a step's id runs that one, which an earlier answer planned. */
  stepId: string;
  runId: string;
  /** Canonical JSON of the run's event. */
  event: string;
  /** Canonical JSON of each memoised step, by id. */
  memo: ReadonlyMap<string, string>;
  /** Ids in the order they completed: what decides a Promise.race again in the same way. */
  stack: readonly string[];
  attempt: number;
  maxAttempts: number;
  /** Set while steps of the run are outstanding, or the SDK would run one of them on the spot, a second time. */
  planOnly: boolean;
}

/** Memo entries as the protocol writes them, keys in canonical order. */
export const memoData = (canonicalData: string): string => `{"data":${canonicalData},"type":"data"}`;
export const memoError = (canonicalError: string): string => `{"error":${canonicalError},"type":"error"}`;

/** Asks the SDK what comes next. Never throws: whatever goes wrong is an answer. */
export async function callFunction(wire: Wire, call: Call, now: () => number): Promise<Answer> {
  const query = new URLSearchParams({ fnId: call.functionId, stepId: call.stepId });
  const steps = [...call.memo.keys()].sort().map((id) => `${JSON.stringify(id)}:${call.memo.get(id)}`);
  const ctx = canonicalJson({
    run_id: call.runId,
    attempt: call.attempt,
    max_attempts: call.maxAttempts,
    disable_immediate_execution: call.planOnly,
    use_api: false, // and no fn_id: with one, the SDK would checkpoint to a server that is not there
    stack: { stack: call.stack, current: call.stack.length },
  });
  const body = `{"ctx":${ctx},"event":${call.event},"events":[${call.event}],"steps":{${steps.join(',')}},"version":2}`;
  try {
    const res = await wire.handler(request(wire, 'POST', `?${query}`, body, {
      'x-run-id': call.runId,
      // The SDK forwards this header with step.sendEvent and with nothing else; a call repeated after a crash carries
      // the same, and its events are then known (event-api.ts).
      tracestate: `engine=${call.runId}-${call.stepId}-${call.stack.length}`,
    }));
    return readAnswer(res.status, res.headers, await res.text(), now());
  } catch (error) {
    return { kind: 'error', error: errorObject(error), retriable: true };
  }
}

/** Lists the served functions (in-band sync). @throws EngineStartError when the handler does not answer it. */
export async function syncFunctions(wire: Wire): Promise<unknown> {
  const body = canonicalJson({ url: new URL('/api/inngest', wire.appUrl).href });
  const res = await wire.handler(request(wire, 'PUT', '', body, { 'x-inngest-sync-kind': 'in_band' }));
  const text = await res.text();
  const hint = res.status === 401 ? ' (the signing keys of engine and client differ)' : '';
  if (res.status !== 200) throw new EngineStartError(`the handler answered the sync with ${res.status}${hint}: ${text.slice(0, 300)}`);
  return (JSON.parse(text) as { functions?: unknown }).functions;
}

function request(wire: Wire, method: string, query: string, body: string, headers: Record<string, string>): Request {
  const url = new URL(`/api/inngest${query}`, wire.appUrl);
  return new Request(url, {
    method,
    body,
    headers: {
      ...headers,
      host: url.host, // the handler resolves its own URL against it
      'content-type': 'application/json',
      'x-inngest-req-version': '2',
      // Real time, whatever clock runs the engine: the SDK compares it with its own.
      'x-inngest-signature': signBody(body, wire.signingKey, Date.now()),
    },
  });
}

/** Exported for tests. */
export function readAnswer(status: number, headers: Headers, text: string, now: number): Answer {
  let body: unknown;
  try {
    body = text === '' ? null : JSON.parse(text);
  } catch {
    return { kind: 'malformed', reason: `status ${status} with a body that is not JSON: ${text.slice(0, 200)}` };
  }
  const retryAt = parseRetryAfter(headers.get('retry-after'), now);
  if (status === 200) return { kind: 'result', output: body };
  if (status === 206) {
    const bad = !Array.isArray(body) || body.some((op) => typeof op?.id !== 'string' || op.id === '' || typeof op.op !== 'string');
    return bad ? { kind: 'malformed', reason: `status 206 without a list of operations: ${text.slice(0, 200)}` } : { kind: 'ops', ops: body as Op[], retryAt };
  }
  if (status === 400 || status >= 500) {
    const retriable = headers.get('x-inngest-no-retry') === 'true' ? false : status !== 400;
    return { kind: 'error', error: errorObject(body), retriable, retryAt };
  }
  return { kind: 'malformed', reason: `status ${status}: ${text.slice(0, 200)}` };
}

/** An error as the protocol carries it: name, message, stack at least. */
export function errorObject(error: unknown): Record<string, unknown> {
  if (error instanceof Error) return { name: error.name, message: error.message, stack: error.stack ?? '' };
  if (typeof error === 'object' && error !== null) {
    const given = error as Record<string, unknown>;
    return { ...given, name: given.name ?? 'Error', message: given.message ?? (typeof given.error === 'string' ? given.error : JSON.stringify(error)) };
  }
  return { name: 'Error', message: String(error) };
}
