import type { Aspect, Mode, MotionLevel } from '../assets/params';

export interface MotionRequest {
  generationId: string;
  source: Uint8Array;
  prompt: string;
  motion: MotionLevel;
  mode: Mode;
  durSeconds: number;
  seed: number;
  aspect: Aspect;
  /** `forward` and `back` are the two stages of a loop. */
  segment: 'whole' | 'forward' | 'back';
}

/** Makes moving pictures of a still one. */
export interface MotionProvider {
  /** The model's name for a tier, as recorded on generations. */
  modelFor(tier: string): string;
  /** An mp4, not yet normalised. Progress is 0..1. @throws PipelineError */
  animate(request: MotionRequest, options: { signal: AbortSignal; onProgress?: (fraction: number) => void }): Promise<Uint8Array>;
  /** Joins the two stages of a loop to one seamless clip of exactly the asked duration. */
  merge(forward: Uint8Array, back: Uint8Array, durSeconds: number): Promise<{ mp4: Uint8Array; loopMode: 'native' | 'crossfade' }>;
}

export interface PromptRequest {
  source: Uint8Array;
  brand: unknown;
  motion: MotionLevel;
  mode: Mode;
}

/** Writes the brand-aware motion prompt for an image. */
export interface PromptProvider {
  describe(request: PromptRequest, options: { signal: AbortSignal }): Promise<string>;
}
