import { EventError, type EventPayload } from './types';

type Send = (events: EventPayload[], seed?: string) => Promise<{ ids: string[] }>;

/**
 * A `fetch` for the Inngest client that serves the Event API (`POST /e/{key}`) from the engine, so that
 * `client.send()` and `step.sendEvent()` never leave the process. Anything else the SDK may ask of a server
 * (signals, realtime, checkpoints) is answered 501 by name.
 */
export function eventApi(send: Send): typeof fetch {
  return async (input, init) => {
    const req = typeof input === 'object' && 'url' in input ? input : undefined;
    const url = new URL(req?.url ?? String(input));
    const method = (init?.method ?? req?.method ?? 'GET').toUpperCase();
    if (method !== 'POST' || !/^\/e\/[^/]+$/.test(url.pathname)) {
      return answer(501, { error: `the embedded engine does not serve ${method} ${url.pathname}`, status: 501 });
    }
    try {
      const text = typeof init?.body === 'string' ? init.body : await new Response(init?.body ?? req?.body ?? null).text();
      const body = JSON.parse(text) as EventPayload | EventPayload[];
      // Events without an id get one of the step that sends them, or else of the request: the SDK repeats its seed
      // (`x-inngest-event-id-seed`) when it tries again. Either way the same sending is the same events.
      const headers = new Headers(init?.headers ?? req?.headers);
      const step = headers.get('tracestate');
      const seed = step?.startsWith('engine=') ? step : (headers.get('x-inngest-event-id-seed') ?? undefined);
      const { ids } = await send(Array.isArray(body) ? body : [body], seed);
      return answer(200, { ids, status: 200 });
    } catch (error) {
      const status = error instanceof EventError || error instanceof SyntaxError ? 400 : 500;
      return answer(status, { error: error instanceof Error ? error.message : String(error), status });
    }
  };
}

const answer = (status: number, body: object): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
