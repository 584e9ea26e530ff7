import { listAssets, listAssetsQuery } from '@/lib/assets/list-assets';
import { route } from '@/lib/http/route';

export const GET = route({
  auth: 'user',
  query: listAssetsQuery,
  handle: ({ rt, user, query }) => listAssets(rt, user.id, query),
});
