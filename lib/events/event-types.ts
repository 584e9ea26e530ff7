/** The closed enum of lifecycle events (reference, section 11). */
export const eventTypes = [
  'queued', 'vision_started', 'vision_completed', 'vision_failed', 'stage_started', 'stage_completed', 'stage_failed',
  'retry_scheduled', 'r2_write_completed', 'webhook_dispatched', 'webhook_delivered', 'webhook_failed',
  'webhook_dead_letter', 'ready', 'failed', 'cancelled',
] as const;

export type EventType = (typeof eventTypes)[number];
export type Stage = 'stage1' | 'stage2' | 'merge' | 'single';

export const assetChannel = (assetId: string) => `asset:${assetId}`;
export const progressChannel = (assetId: string) => `progress:${assetId}`;
