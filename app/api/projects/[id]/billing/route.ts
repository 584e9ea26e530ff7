import { route } from '@/lib/http/route';
import { loadProject } from '@/lib/projects/find-project';
import { projectJson } from '@/lib/projects/project';
import { billingSchema, updateBilling } from '@/lib/projects/update-billing';

export const PUT = route({
  auth: 'user',
  load: loadProject,
  body: billingSchema,
  handle: async ({ rt, loaded, body }) => ({ project: projectJson(await updateBilling(rt, loaded, body)) }),
});
