import { setMaxListeners } from 'node:events';
import { broken, throttled } from './answers';
import type { Fault } from './types';

/** The connection broke: as `fetch` reports it. */
export const connectionReset = () => new TypeError('fetch failed', { cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }) });

interface Limit {
  left: number;
  seconds: number;
  path: string | RegExp;
}

export type Faults = ReturnType<typeof makeFaults>;

/** What is broken on purpose. */
export function makeFaults() {
  const faults: Required<Fault>[] = [];
  const limits: Limit[] = [];
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);

  const onPath = (wanted: string | RegExp, path: string) => new RegExp(wanted).test(path);

  function take(method: string, path: string): Required<Fault> | undefined {
    const fault = faults.find((one) => one.times > 0 && (one.method === '' || one.method === method) && onPath(one.path, path));
    if (fault) fault.times--;
    return fault;
  }

  function limit(path: string): Response | undefined {
    const found = limits.find((one) => one.left > 0 && onPath(one.path, path));
    if (!found) return undefined;
    found.left--;
    return throttled(found.seconds);
  }

  /** Never an answer: ends when the client gives up or the stand-in is closed. */
  function hang(signal: AbortSignal): Promise<never> {
    return new Promise((_, reject) => {
      const either = AbortSignal.any([signal, closing.signal]);
      const give = () => reject(either.reason as Error);
      if (either.aborted) give();
      else either.addEventListener('abort', give, { once: true });
    });
  }

  async function commit({ how }: Required<Fault>, signal: AbortSignal, answer?: Response): Promise<Response> {
    if (how === 'cut') return cut(answer!);
    if (how === 'hang') return hang(signal);
    if (how === 'reset') throw connectionReset();
    return broken(how);
  }

  return {
    take,
    limit,
    hang,
    commit,
    add: (fault: Fault) => void faults.push({ method: '', path: '', times: 1, afterEffect: fault.how === 'cut', ...fault }),
    addLimit: (times: number, seconds: number, path: string | RegExp = /\/predictions$/) => void limits.push({ left: times, seconds, path }),
    mend: () => {
      faults.length = 0;
      limits.length = 0;
    },
    close: () => closing.abort(connectionReset()),
  };
}

/** The first half of an answer that says it is whole. */
async function cut(answer: Response): Promise<Response> {
  const bytes = new Uint8Array(await answer.arrayBuffer());
  let begun = false;
  const half = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (begun) return controller.error(connectionReset());
        begun = true;
        controller.enqueue(bytes.subarray(0, bytes.length >> 1));
      },
    },
    { highWaterMark: 0 },
  );
  const headers = new Headers(answer.headers);
  headers.set('content-length', String(bytes.length));
  return new Response(half, { status: answer.status, headers });
}
