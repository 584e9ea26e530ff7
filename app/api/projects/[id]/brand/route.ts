import { route } from '@/lib/http/route';
import { brandSchema } from '@/lib/projects/brand-schema';
import { loadProject } from '@/lib/projects/find-project';
import { brandJson, updateBrand } from '@/lib/projects/update-brand';

export const GET = route({ auth: 'user', load: loadProject, handle: async ({ loaded }) => brandJson(loaded) });

export const PUT = route({
  auth: 'user',
  load: loadProject,
  body: brandSchema,
  handle: ({ rt, loaded, body }) => updateBrand(rt, loaded, body),
});
