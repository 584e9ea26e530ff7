/**
 * Streams open at a time on a page. On HTTP/1.1 a browser holds six connections to a host over all its tabs, and
 * pictures and clips need some: more streams than this would stop the page.
 */
const MAX_STREAMS = 2;
/** Ends of a run, whatever else is told of it. */
const HEEDED = ['ready', 'failed', 'cancelled'];

export interface EventStream {
  /** False while it waits for its place, and after it broke for good. */
  readonly open: boolean;
  close(): void;
}

const waiting = new Set<() => void>();
let places = MAX_STREAMS;

/** Opens an asset's event stream as soon as there is a place; `heed` is called with each end of a run. */
export function openStream(url: string, heed: (type: string, generation: number) => void): EventStream {
  let source: EventSource | null = null;
  const start = () => {
    waiting.delete(start);
    places--;
    source = new EventSource(url);
    for (const type of HEEDED) {
      source.addEventListener(type, ({ data }) => heed(type, (JSON.parse(data as string) as { generation: number }).generation));
    }
    // It reconnects by itself unless the answer was no stream; then whoever opened it goes on asking.
    source.addEventListener('error', () => source?.readyState === EventSource.CLOSED && close());
  };
  const close = () => {
    waiting.delete(start);
    if (!source) return;
    source.close();
    source = null;
    places++;
    for (const next of waiting) if (places > 0) next();
  };
  if (places > 0) start();
  else waiting.add(start);
  return {
    get open() {
      return source !== null;
    },
    close,
  };
}
