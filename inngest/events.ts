import type { generationRequestedEvent } from '@/lib/generation/requested-event';

/** The events the functions run on. */
export const generationRequested = 'asset/generation.requested' satisfies ReturnType<typeof generationRequestedEvent>['name'];
export type GenerationRequested = ReturnType<typeof generationRequestedEvent>['data'];
