import { route } from '@/lib/http/route';
import { loadProject } from '@/lib/projects/find-project';
import { projectJson } from '@/lib/projects/project';
import { renameProject, renameProjectSchema } from '@/lib/projects/rename-project';

export const GET = route({
  auth: 'user',
  load: loadProject,
  handle: async ({ loaded }) => ({ project: projectJson(loaded) }),
});

export const PATCH = route({
  auth: 'user',
  load: loadProject,
  body: renameProjectSchema,
  handle: async ({ rt, loaded, body }) => ({ project: projectJson(await renameProject(rt, loaded, body)) }),
});
