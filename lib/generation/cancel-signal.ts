import type { Runtime } from '../runtime';

export const cancelChannel = (generationId: string) => `cancel:${generationId}`;

/** A signal for one stage: aborted when its generation is cancelled or `limitMs` has passed (`reason` tells which). */
export function stageSignal(rt: Runtime, generationId: string, limitMs: number): { signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new DOMException(`over ${limitMs / 1000} s`, 'TimeoutError')), limitMs);
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
