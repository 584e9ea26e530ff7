import type { Aspect, Mode, MotionLevel } from '../assets/params';
import { lockAsset } from '../assets/lock-asset';
import type { Prisma } from '../database/database';
import { transaction } from '../database/transaction';
import type { Runtime } from '../runtime';
import type { Given } from './accept-generation';

/** What the pipeline's steps need to know; small enough to be a step's output. */
export interface StartedGeneration {
  id: string;
  assetId: string;
  number: number;
  requestId: string;
  startedAtMs: number;
  src: string;
  motion: MotionLevel;
  mode: Mode;
  durSeconds: number;
  aspect: Aspect;
  seed: number;
  model: string;
  /** Stands instead of the vision prompt. */
  prompt: { text: string; source: 'override' | 'asset' } | null;
}

/**
 * Marks a waiting generation as running and settles its parameters: what the caller left out is the asset's value of
 * now, after the runs before it. Safe to call again for a running one.
 * @returns null when the generation has ended (cancelled) or is gone.
 */
export async function startGeneration(rt: Runtime, { id: generationId, assetId }: { id: string; assetId: string }): Promise<StartedGeneration | null> {
  return transaction(rt, async (tx) => {
    if (!(await lockAsset(tx, assetId))) return null;
    const found = await tx.generation.findUnique({ where: { id: generationId }, include: { asset: true } });
    if (!found) return null;
    const { asset, ...generation } = found;
    if (generation.status !== 'queued' && generation.status !== 'running') return null;
    const settled = generation.status === 'running' ? generation : { ...generation, ...settle(generation, asset) };
    const startedAt = generation.startedAt ?? new Date(rt.clock.now());
    if (generation.status === 'queued') {
      const { motion, mode, durSeconds, seed } = settled;
      await tx.generation.update({
        where: { id: generationId },
        data: { status: 'running', startedAt, seenAt: startedAt, motion, mode, durSeconds, seed },
        select: { id: true },
      });
    }
    return {
      id: settled.id,
      assetId: settled.assetId,
      number: settled.number,
      requestId: settled.requestId,
      startedAtMs: startedAt.getTime(),
      src: asset.src,
      motion: settled.motion as MotionLevel,
      mode: settled.mode as Mode,
      durSeconds: settled.durSeconds,
      aspect: settled.aspect as Aspect,
      seed: settled.seed,
      model: settled.model,
      prompt: standingPrompt(settled.promptOverride, asset.prompt),
    };
  });
}

interface Values {
  motion: string;
  mode: string;
  durSeconds: number;
}

/** A seed drawn at acceptance stays; one pinned since then wins over it. */
function settle(generation: Values & { seed: number; given: Prisma.JsonValue }, asset: Values & { seed: number | null }) {
  const given = generation.given as Given;
  return {
    motion: given.motion ?? asset.motion,
    mode: given.mode ?? asset.mode,
    durSeconds: given.dur_seconds ?? asset.durSeconds,
    seed: given.seed === undefined ? (asset.seed ?? generation.seed) : generation.seed,
  };
}

function standingPrompt(override: string | null, own: string | null): StartedGeneration['prompt'] {
  if (override !== null) return { text: override, source: 'override' };
  return own === null ? null : { text: own, source: 'asset' };
}
