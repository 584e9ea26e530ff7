import type { Runtime } from '../runtime';

export const cancelChannel = (generationId: string) => `cancel:${generationId}`;

/** A signal for one stage: aborted when its generation is cancelled or `limitMs` has passed (`reason` tells which). */
export function stageSignal(rt: Runtime, generationId: string, limitMs: number): { signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const timedOut = () => controller.abort(new DOMException('over the limit of the stage', 'TimeoutError'));
  const timer = setTimeout(timedOut, Math.max(0, limitMs));
  // What is late already must not even begin.
  if (limitMs <= 0) timedOut();
  const unsubscribe = rt.bus.subscribe(cancelChannel(generationId), () =>
    controller.abort(new DOMException('cancelled', 'AbortError')),
  );
  return {
    signal: controller.signal,
    release() {
      clearTimeout(timer);
      unsubscribe();
    },
  };
}
