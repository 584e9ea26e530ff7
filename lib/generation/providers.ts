import type { Aspect, Mode, MotionLevel } from '../assets/params';

/** Not done yet: the pipeline sleeps, and asks again after this many ms or when it is nudged. */
export interface Pause {
  waitMs: number;
}

export const isPause = (value: unknown): value is Pause => typeof value === 'object' && value !== null && 'waitMs' in value;

export interface MotionRequest {
  generationId: string;
  /** As recorded on the generation when it was accepted. */
  model: string;
  source: Uint8Array;
  prompt: string;
  motion: MotionLevel;
  mode: Mode;
  durSeconds: number;
  seed: number;
  aspect: Aspect;
  /** `forward` and `back` are the two stages of a loop. */
  segment: 'whole' | 'forward' | 'back';
  /** The forward stage's clip, for `back`. */
  forward(): Promise<Uint8Array>;
}

export interface LoopRequest {
  model: string;
  forward: Uint8Array;
  back: Uint8Array;
  durSeconds: number;
}

export interface MotionOptions {
  signal: AbortSignal;
  onProgress?: (fraction: number) => void;
}

/** Makes moving pictures of a still one. */
export interface MotionProvider {
  /** The model's name for a tier, as recorded on generations. */
  modelFor(tier: string): string;
  /**
   * An mp4 of one segment; Progress is 0..1. May be called any number of times for one segment, by any process, and
   * makes it once. @throws PipelineError
   */
  animate(request: MotionRequest, options: MotionOptions): Promise<Uint8Array | Pause>;
  /** Joins the two stages of a loop to one seamless clip of exactly the asked duration. @throws PipelineError */
  merge(request: LoopRequest, options: MotionOptions): Promise<{ mp4: Uint8Array; loopMode: 'native' | 'crossfade' }>;
}

export interface PromptRequest {
  generationId: string;
  source: Uint8Array;
  brand: unknown;
  motion: MotionLevel;
  mode: Mode;
}

/** Writes the brand-aware motion prompt for an image. @throws PipelineError */
export interface PromptProvider {
  describe(request: PromptRequest, options: { signal: AbortSignal }): Promise<string>;
}
