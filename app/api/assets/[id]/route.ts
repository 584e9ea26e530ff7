import { deleteAsset } from '@/lib/assets/delete-asset';
import { findOwnedAsset } from '@/lib/assets/find-owned-asset';
import { getAsset } from '@/lib/assets/get-asset';
import { route } from '@/lib/http/route';

export const GET = route({
  auth: 'user',
  handle: ({ rt, user, params }) => getAsset(rt, user.id, params.id ?? ''),
});

export const DELETE = route({
  auth: 'user',
  load: ({ rt, user, params }) => findOwnedAsset(rt, user.id, params.id ?? ''),
  handle: async ({ rt, loaded: assetId }) => {
    await deleteAsset(rt, assetId);
    return new Response(null, { status: 204 });
  },
});
