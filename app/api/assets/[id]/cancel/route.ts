import { cancelGeneration } from '@/lib/assets/cancel-generation';
import { findOwnedAsset } from '@/lib/assets/find-owned-asset';
import { route } from '@/lib/http/route';

export const POST = route({
  auth: 'user',
  load: ({ rt, user, params }) => findOwnedAsset(rt, user.id, params.id ?? ''),
  handle: ({ rt, loaded: assetId }) => cancelGeneration(rt, assetId),
});
