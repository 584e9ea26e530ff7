import { z } from 'zod';
import type { Tx } from '../database/database';
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
      const state = await readState(tx, assetId);
      if (state?.ownerId !== user.id) throw notFound();
      const accepted = await acceptGeneration(rt, tx, wake, { asset: state, project: state, owner: { id: user.id, tier: state.tier }, given, requestId });
      return {
        asset_id: assetId,
        status: 'pending',
        generation_id: accepted.id,
        generation: accepted.number,
        eta_seconds: await estimateEta(rt, tx, accepted),
        events_url: `${rt.env.PUBLIC_URL}/v1/${state.proxyKey}/events/${assetId}`,
        quota: accepted.quota,
      };
    }),
  );
}

interface State {
  id: string;
  motion: string;
  mode: string;
  durSeconds: number;
  seed: number | null;
  aspect: string;
  proxyKey: string;
  overageEnabled: boolean;
  overageCap: number | null;
  ownerId: string;
  tier: string;
}

/** The asset with what its project and owner decide. Read behind the asset's lock, in a statement of its own. */
async function readState(tx: Tx, assetId: string): Promise<State | undefined> {
  const [state] = await tx.$queryRaw<State[]>`
    SELECT a.id, a.motion, a.mode, a.dur_seconds AS "durSeconds", a.seed, a.aspect, p.proxy_key AS "proxyKey",
      p.overage_enabled AS "overageEnabled", p.overage_cap AS "overageCap", p.owner_id AS "ownerId", u.tier
    FROM assets a JOIN projects p ON p.id = a.project_id JOIN users u ON u.id = p.owner_id WHERE a.id = ${assetId}`;
  return state;
}
