/** The embedded engine: runs Inngest SDK functions in this process, by the SDK's own protocol. See docs in types.ts. */
export { createEngine } from './engine';
export { EngineStartError, EventError } from './types';
export type { Engine, EngineLog, EngineOptions, EventPayload, Notify } from './types';
