import { assetChannel } from '../events/event-types';
import type { Runtime } from '../runtime';
import { coalesce } from './coalesce';
import type { Embed } from './find-embed';

/** The bus is a hint, so the state is looked at this often anyway. */
const RECHECK_MS = 1_000;
/** Progress comes in bursts. */
const SETTLE_MS = 50;

interface Waiting {
  assetId: string;
  waitMs: number;
  /** Ends the wait when the client has gone. */
  signal: AbortSignal;
  find: () => Promise<Embed>;
}

/**
 * Waits until an asset without a clip has one or has failed, at most `waitMs`. Between looks it holds a timer and
 * nothing of the database; looks of many waiters are one query.
 */
export async function waitForClip(rt: Runtime, found: Embed, { assetId, waitMs, signal, find }: Waiting): Promise<Embed> {
  const until = performance.now() + waitMs;
  let latest = found;
  let woken = false;
  let wake = () => {};
  const stop = rt.bus.subscribe(assetChannel(assetId), () => {
    woken = true;
    wake();
  });
  const abort = () => wake();
  signal.addEventListener('abort', abort);
  try {
    // Once more now that we listen: what happened before is not announced again.
    for (woken = true; isOpen(latest) && !signal.aborted; ) {
      if (woken) {
        woken = false;
        latest = await coalesce(`wait:${assetId}`, find);
        if (!isOpen(latest)) break;
      }
      const left = until - performance.now();
      if (left <= 0) break;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => ((woken = true), resolve()), Math.min(left, RECHECK_MS));
        wake = () => {
          clearTimeout(timer);
          setTimeout(resolve, signal.aborted ? 0 : Math.min(SETTLE_MS, left));
        };
        if (woken || signal.aborted) wake();
      });
    }
    return latest;
  } finally {
    stop();
    signal.removeEventListener('abort', abort);
  }
}

const isOpen = ({ asset }: Embed) => asset !== null && asset.clip === null && asset.status === 'pending';
