import { z } from 'zod';
import { transaction } from '../database/transaction';
import { acceptGeneration } from '../generation/accept-generation';
import { estimateEta } from '../generation/estimate-eta';
import { notFound } from '../http/errors';
import { answerOnce, type Answer } from '../idempotency/answer-once';
import type { Quota } from '../quota/quota';
import type { Runtime } from '../runtime';
import { lockAsset } from './lock-asset';
import { durSecondsSchema, modeSchema, motionSchema, promptSchema, seedSchema } from './params';

/** The body of a regenerate call: every field optional, omitted ones keep the asset's value, `seed: null` unpins. */
export const regenerateBody = z.strictObject({
  motion: motionSchema.optional(),
  mode: modeSchema.optional(),
  dur_seconds: durSecondsSchema.optional(),
  prompt_override: promptSchema.optional(),
  seed: seedSchema.nullable().optional(),
});

export interface Regenerated {
  asset_id: string;
  status: 'pending';
  generation_id: string;
  generation: number;
  eta_seconds: number;
  events_url: string;
  quota: Quota;
}

interface Request {
  assetId: string;
  user: { id: string };
  given: z.output<typeof regenerateBody>;
  requestId: string;
  idempotencyKey: string | null;
}

/**
 * Re-runs the pipeline for an existing asset in place (spec 1). Accepting is one transaction: quota, number, event and
 * dispatch commit together, or nothing does.
 * @throws ApiError 404, 422 (same Idempotency-Key, other body), 429 quota.
 */
export async function regenerateAsset(rt: Runtime, request: Request): Promise<Answer<Regenerated>> {
  const { assetId, user, given, requestId, idempotencyKey } = request;
  const once = { userId: user.id, route: `regenerate/${assetId}`, key: idempotencyKey, body: given };
  return transaction(rt, (tx, wake) =>
    answerOnce(rt, tx, once, async () => {
      if (!(await lockAsset(tx, assetId))) throw notFound();
      const asset = await tx.asset.findUniqueOrThrow({ where: { id: assetId }, include: { project: { include: { owner: true } } } });
      if (asset.project.ownerId !== user.id) throw notFound();
      const { project } = asset;
      const accepted = await acceptGeneration(rt, tx, wake, { asset, project, owner: project.owner, given, requestId });
      return {
        asset_id: assetId,
        status: 'pending',
        generation_id: accepted.id,
        generation: accepted.number,
        eta_seconds: await estimateEta(rt, tx, accepted),
        events_url: `${rt.env.PUBLIC_URL}/v1/${project.proxyKey}/events/${assetId}`,
        quota: accepted.quota,
      };
    }),
  );
}
