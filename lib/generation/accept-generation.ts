import { randomInt } from 'node:crypto';
import { ulid } from 'ulid';
import { MAX_SEED, type Aspect, type Mode, type MotionLevel } from '../assets/params';
import type { Prisma, Tx } from '../database/database';
import type { Wake } from '../database/transaction';
import { appendEvent } from '../events/append-event';
import type { Quota } from '../quota/quota';
import { reserveGeneration } from '../quota/reserve-generation';
import type { Runtime } from '../runtime';
import { dispatchNext } from './dispatch-next';

/** The fields a caller of regenerate may give. `seed: null` unpins. */
export interface Given {
  motion?: MotionLevel;
  mode?: Mode;
  dur_seconds?: number;
  prompt_override?: string;
  seed?: number | null;
}

export interface AcceptedGeneration {
  id: string;
  assetId: string;
  number: number;
  model: string;
  mode: Mode;
  requestId: string;
  quota: Quota;
}

interface Request {
  asset: { id: string; motion: string; mode: string; durSeconds: number; seed: number | null; aspect: string };
  owner: { id: string; tier: string };
  project: { overageEnabled: boolean; overageCap: number | null };
  given: Given;
  requestId: string;
}

/**
 * Accepts a generation inside the caller's transaction, which holds the asset's row: one unit of the owner's month, the
 * next number, the `queued` event and the dispatch, all or nothing. Omitted fields are read again when the run starts,
 * so that a run queued behind another builds on what that one left.
 * @throws ApiError 429 when the month is used up.
 */
export async function acceptGeneration(rt: Runtime, tx: Tx, wake: Wake, request: Request): Promise<AcceptedGeneration> {
  const { asset, owner, given, requestId } = request;
  const nowMs = rt.clock.now();
  const { month, overage, quota } = await reserveGeneration(tx, {
    user: owner,
    project: request.project,
    nowMs,
    publicUrl: rt.env.PUBLIC_URL,
  });
  const { generationCount } = await tx.asset.update({
    where: { id: asset.id },
    data: { generationCount: { increment: 1 }, status: 'pending', error: null },
    select: { generationCount: true },
  });
  const generation = await tx.generation.create({
    data: {
      id: `gen_${ulid(nowMs)}`,
      assetId: asset.id,
      number: generationCount,
      given: given as Prisma.InputJsonObject,
      motion: given.motion ?? asset.motion,
      mode: given.mode ?? asset.mode,
      durSeconds: given.dur_seconds ?? asset.durSeconds,
      aspect: asset.aspect as Aspect,
      seed: (given.seed === undefined ? asset.seed : given.seed) ?? drawSeed(),
      promptOverride: given.prompt_override,
      model: rt.motion.modelFor(owner.tier),
      chargedUserId: owner.id,
      chargedMonth: month,
      overage,
      requestId,
      createdAt: new Date(nowMs),
    },
  });
  await appendEvent(tx, wake, { generation, type: 'queued', atMs: nowMs });
  await dispatchNext(tx, wake, asset.id, nowMs);
  return { ...generation, mode: generation.mode as Mode, quota };
}

/** A fresh seed, so that "try again" gives another result. */
export const drawSeed = () => randomInt(0, MAX_SEED + 1);
