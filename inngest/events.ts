import type { generationNudgedEvent, generationRequestedEvent } from '@/lib/generation/pipeline-events';

/** The events the functions run on. */
export const generationRequested = 'asset/generation.requested' satisfies ReturnType<typeof generationRequestedEvent>['name'];
export const generationNudged = 'asset/generation.nudged' satisfies ReturnType<typeof generationNudgedEvent>['name'];
export type GenerationRequested = ReturnType<typeof generationRequestedEvent>['data'];
