import type { Generation } from '../generated/prisma/client';
import type { Aspect, Mode, MotionLevel } from './params';
import type { Given } from '../generation/accept-generation';

export interface GenerationJson {
  id: string;
  number: number;
  status: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';
  params: { motion: MotionLevel; mode: Mode; dur_seconds: number; aspect: Aspect; seed: number };
  /** What the caller of regenerate gave; the rest was the asset's. */
  given: Given;
  prompt: string | null;
  prompt_source: 'vision' | 'override' | 'asset' | null;
  model: string;
  seed: number;
  loop_mode: 'native' | 'crossfade' | null;
  /** Which version of the project's brand the prompt was written with. */
  brand_version: number | null;
  /** Stage to milliseconds. */
  timings: Record<string, number>;
  bytes: number | null;
  duration_ms: number | null;
  error: string | null;
  charge: 'charged' | 'refunded';
  overage: boolean;
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
  /** Whether its clip is the one served. */
  current: boolean;
}

/** One entry of an asset's history. */
export function generationJson(generation: Generation, currentId: string | null): GenerationJson {
  const { motion, mode, durSeconds, aspect, seed } = generation;
  return {
    id: generation.id,
    number: generation.number,
    status: generation.status as GenerationJson['status'],
    params: { motion: motion as MotionLevel, mode: mode as Mode, dur_seconds: durSeconds, aspect: aspect as Aspect, seed },
    given: generation.given as Given,
    prompt: generation.prompt ?? generation.promptOverride,
    prompt_source: (generation.promptSource ?? (generation.promptOverride ? 'override' : null)) as GenerationJson['prompt_source'],
    model: generation.model,
    seed,
    loop_mode: generation.loopMode as GenerationJson['loop_mode'],
    brand_version: generation.brandVersion,
    timings: generation.timings as Record<string, number>,
    bytes: generation.bytes,
    duration_ms: generation.durationMs,
    error: generation.errorCode ? `${generation.errorCode}: ${generation.errorMsg}` : null,
    charge: generation.charge as GenerationJson['charge'],
    overage: generation.overage,
    created_at: generation.createdAt.getTime(),
    started_at: generation.startedAt?.getTime() ?? null,
    finished_at: generation.finishedAt?.getTime() ?? null,
    current: generation.id === currentId,
  };
}
