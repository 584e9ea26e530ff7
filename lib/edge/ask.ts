import { setMaxListeners } from 'node:events';
import { request } from 'undici';
import { EdgeError } from './edge-error';

export interface Answer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

interface Question {
  /** Stands in messages: "Varnish", "Cloudflare". */
  who: string;
  method: string;
  headers?: Record<string, string>;
  body?: string;
  signal: AbortSignal;
}

/** One call of a server that the operator chose, so of any address; bounded by its signal. @throws EdgeError without an answer */
export async function ask(url: string, { who, method, headers, body, signal }: Question): Promise<Answer> {
  try {
    signal.throwIfAborted();
    // One signal bounds all calls of a message: eleven listeners are no leak. (A signal of its own for each, by
    // AbortSignal.any, never fires in Node 20 once the collector took the timeout behind it.)
    setMaxListeners(0, signal);
    // undici's method type knows no PURGE; its client sends any token.
    const answer = await request(url, { method: method as 'POST', headers, body, signal });
    const text = await answer.body.text();
    const entries = Object.entries(answer.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]);
    return { status: answer.statusCode, headers: Object.fromEntries(entries), text };
  } catch (error) {
    const { name, code, message } = error as NodeJS.ErrnoException;
    const why = name === 'TimeoutError' || /TIMEOUT/.test(code ?? '') ? 'no answer in time' : `no answer (${code ?? message})`;
    throw new EdgeError(`${who}: ${why}`, { cause: error });
  }
}
