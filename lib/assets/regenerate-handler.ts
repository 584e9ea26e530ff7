import { json } from '../http/answer';
import { route } from '../http/route';
import { findOwnedAsset } from './find-owned-asset';
import { regenerateAsset, regenerateBody } from './regenerate-asset';

/** POST /api/assets/{id}/regenerate. Checks in the contract's order: 401, 404, 400, 429 rate, 429 quota. */
export const regenerate = route({
  auth: 'user',
  load: ({ rt, user, params }) => findOwnedAsset(rt, user.id, params.id ?? ''),
  body: regenerateBody,
  rate: { name: 'regenerate', perMinute: 30 },
  handle: async ({ rt, req, user, loaded: assetId, body, requestId }) => {
    const idempotencyKey = req.headers.get('idempotency-key');
    const { value, replayed } = await regenerateAsset(rt, { assetId, user, given: body, requestId, idempotencyKey });
    return json(value, { headers: replayed ? { 'Idempotent-Replayed': 'true' } : {} });
  },
});
