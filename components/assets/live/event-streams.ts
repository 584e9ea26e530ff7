import { paths } from '../../api-client';
import { refreshAsset } from '../asset-store';

export const eventNames = [
  'queued', 'vision_started', 'vision_completed', 'vision_failed', 'stage_started', 'stage_completed', 'stage_failed',
  'retry_scheduled', 'r2_write_completed', 'ready', 'failed', 'cancelled',
] as const;
export type EventName = (typeof eventNames)[number];

export interface AssetEvent {
  id: string;
  name: EventName | 'progress';
  generation: number;
  stage?: string;
  fraction?: number;
  eta_ms?: number;
  latency_ms?: number;
  error_code?: string;
  error_msg?: string;
  ts: number;
  attempt?: number;
}

type Listener = (event: AssetEvent) => void;
interface Watch {
  listeners: Set<Listener>;
  stop: () => void;
  streams: boolean;
}

/** Browsers allow some six connections a host: three streams leave room for clips and calls. */
const MAX_STREAMS = 3;
const POLL_MS = 2000;
const watches = new Map<string, Watch>();

const openStreams = () => [...watches.values()].filter((watch) => watch.streams).length;

function openStream(id: string, watch: Watch) {
  const source = new EventSource(paths.events(id));
  watch.streams = true;
  watch.stop = () => source.close();
  const hear = (message: MessageEvent<string>) => {
    const event: AssetEvent = { ...JSON.parse(message.data), id: message.lastEventId, name: message.type };
    for (const listener of watch.listeners) listener(event);
  };
  for (const name of [...eventNames, 'progress']) source.addEventListener(name, hear);
  // Closed for good (refused, gone): polling still tells how the run ends. A lost connection is retried by the browser.
  source.addEventListener('error', () => {
    if (source.readyState === EventSource.CLOSED && watches.get(id) === watch) poll(id, watch);
  });
}

/** Reading the asset puts it in the store, which is all that the watchers need to go on. */
function poll(id: string, watch: Watch) {
  const timer = setInterval(() => void refreshAsset(id), POLL_MS);
  watch.streams = false;
  watch.stop = () => clearInterval(timer);
}

/** Watches an asset's events, over one shared stream an asset, or by polling when there are many. Returns the end of it. */
export function watchAsset(id: string, listener: Listener): () => void {
  let watch = watches.get(id);
  if (!watch) {
    watch = { listeners: new Set(), stop: () => {}, streams: false };
    if (openStreams() < MAX_STREAMS) openStream(id, watch);
    else poll(id, watch);
    watches.set(id, watch);
  }
  const mine = watch;
  mine.listeners.add(listener);
  return () => {
    mine.listeners.delete(listener);
    if (mine.listeners.size > 0) return;
    mine.stop();
    watches.delete(id);
    promote();
  };
}

/** Gives a place that became free to an asset that is being polled. */
function promote() {
  for (const [id, watch] of watches) {
    if (watch.streams || openStreams() >= MAX_STREAMS) continue;
    watch.stop();
    openStream(id, watch);
  }
}
