import type { Intent } from '../outbox/add-message';

/**
 * The durable event that starts the pipeline. Its id is the generation's and how often that was handed over, so a
 * dispatch carried twice is one run.
 */
export function generationRequestedEvent({ generationId, assetId, dispatch }: { generationId: string; assetId: string; dispatch: number }) {
  return {
    id: `${generationId}/${dispatch}`,
    name: 'asset/generation.requested' as const,
    data: { generation_id: generationId, asset_id: assetId },
  };
}

/** Wakes a run that sleeps between two looks: something it waits for has happened. `reason` tells nudges apart. */
export function generationNudgedEvent({ generationId, reason }: { generationId: string; reason: string }) {
  return { id: `${generationId}/nudge/${reason}`, name: 'asset/generation.nudged' as const, data: { generation_id: generationId } };
}

/** The intent to wake a run whose generation has ended, for the transaction that ends it. */
export const endedNudge = (generationId: string, atMs: number): Intent => ({
  key: `nudge/${generationId}/ended`,
  message: { kind: 'generation.nudge', generationId, reason: 'ended' },
  availableAtMs: atMs,
});
