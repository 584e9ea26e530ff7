import type { Weather } from './source-host';

/** A regenerate that its caller knows to be accepted. */
export interface Accepted {
  assetId: string;
  key: string;
  generationId: string;
  generation: number;
  /** What the source's host did all the time while it ran; null for uploads, which are always there. */
  weather: Weather | null;
}

/** What the callers asked for and were told: nothing else may be in the books. */
export class Ledger {
  readonly accepted: Accepted[] = [];
  /** Generations whose cancellation was answered. */
  readonly cancelled = new Set<string>();
  /** By asset: cancels that may or may not have happened, because the answer was lost. Each ended at most one. */
  readonly lostCancels = new Map<string, number>();

  loseCancel(assetId: string): void {
    this.lostCancels.set(assetId, (this.lostCancels.get(assetId) ?? 0) + 1);
  }
}
