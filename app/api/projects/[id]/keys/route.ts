import { route } from '@/lib/http/route';
import { loadProject } from '@/lib/projects/find-project';
import { readKeys } from '@/lib/projects/read-keys';

export const GET = route({
  auth: 'user',
  load: loadProject,
  handle: ({ rt, loaded }) => readKeys(rt, loaded),
});
