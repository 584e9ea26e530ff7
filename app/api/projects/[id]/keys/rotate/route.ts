import { route } from '@/lib/http/route';
import { loadProject } from '@/lib/projects/find-project';
import { rotateKey, rotateQuery } from '@/lib/projects/rotate-key';

export const POST = route({
  auth: 'user',
  load: loadProject,
  query: rotateQuery,
  handle: ({ rt, loaded, query }) => rotateKey(rt, loaded, query.which),
});
