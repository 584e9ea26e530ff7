import { prepareAsset, prepareBody } from '@/lib/assets/prepare-asset';
import { route } from '@/lib/http/route';

export const POST = route({
  auth: 'user',
  body: prepareBody,
  rate: { name: 'prepare', perMinute: 60 },
  handle: ({ rt, user, body, requestId }) => prepareAsset(rt, user, body, requestId),
});
