import type { Runtime } from '../runtime';
import { assetChannel, progressChannel } from './event-types';
import { eventData, latestStart, readEvents } from './read-events';

export const HEARTBEAT_MS = 15_000;
export const LIFETIME_MS = 5 * 60_000;
/** A lost wake-up between processes is made up for by looking. */
const LOOK_MS = 2_000;

interface StreamRequest {
  assetId: string;
  /** `Last-Event-ID`: only events after it. null starts with the latest generation's. */
  afterSeq: number | null;
  /** Adds unnumbered `progress` events, which are not part of the log. */
  progress: boolean;
  signal: AbortSignal;
}

const encoder = new TextEncoder();
const frame = (event: string, data: unknown, id?: number) =>
  encoder.encode(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);

/**
 * An asset's events as Server-Sent Events (WHATWG HTML 9.2): the log after the cursor, then what comes. `id:` is the
 * asset's sequence, so a reconnect neither loses nor doubles any. Ends after five minutes or with the asset.
 */
export function streamEvents(rt: Runtime, { assetId, afterSeq, progress, signal }: StreamRequest): Response {
  let cleanUp = () => {};
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      let cursor: number | null = afterSeq;
      let closed = false;
      let reading = false;
      let again = false;

      const close = () => {
        if (closed) return;
        closed = true;
        cleanUp();
        controller.close();
      };
      const send = (bytes: Uint8Array) => {
        if (!closed) controller.enqueue(bytes);
      };
      /** A reader that takes nothing gets nothing more until it does; the log keeps its place. */
      const slow = () => (controller.desiredSize ?? 0) < -64;

      const read = async () => {
        again = true;
        if (reading) return;
        reading = true;
        try {
          while (again && !closed && !slow()) {
            again = false;
            cursor ??= await latestStart(rt.db, assetId);
            const events = await readEvents(rt.db, assetId, cursor);
            for (const event of events) {
              send(frame(event.type, eventData(event), event.seq));
              cursor = event.seq;
              again = true;
            }
          }
        } catch (error) {
          rt.log.error({ err: error, asset_id: assetId }, 'an event stream could not read its log');
          close();
        } finally {
          reading = false;
        }
      };

      const subscriptions = [
        rt.bus.subscribe(assetChannel(assetId), () => void read()),
        ...(progress
          ? [rt.bus.subscribe(progressChannel(assetId), (payload) => !slow() && send(frame('progress', JSON.parse(payload))))]
          : []),
      ];
      const timers = [
        setInterval(() => send(encoder.encode(': ping\n\n')), HEARTBEAT_MS),
        setInterval(() => void read(), LOOK_MS),
        setTimeout(close, LIFETIME_MS),
      ];
      cleanUp = () => {
        closed = true;
        for (const unsubscribe of subscriptions) unsubscribe();
        for (const timer of timers) clearInterval(timer);
        signal.removeEventListener('abort', close);
      };
      signal.addEventListener('abort', close);
      send(encoder.encode('retry: 2000\n\n'));
      if (signal.aborted) close();
      else void read();
    },
    cancel: () => cleanUp(),
  });
  return new Response(body, {
    headers: {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-cache, no-transform',
      'X-Accel-Buffering': 'no',
      'X-Motioness-Asset-Id': assetId,
    },
  });
}

/** The cursor of a request: the header an EventSource sends, or `?last_event_id=` for the first connection. */
export function cursorOf(req: Request): number | null {
  const text = req.headers.get('last-event-id') ?? new URL(req.url).searchParams.get('last_event_id');
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}
