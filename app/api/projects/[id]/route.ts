import { json } from '@/lib/http/answer';
import { route } from '@/lib/http/route';
import { loadProject } from '@/lib/projects/find-project';
import { projectJson } from '@/lib/projects/project';
import { projectEtag } from '@/lib/projects/project-etag';
import { renameProject, renameProjectSchema } from '@/lib/projects/rename-project';

export const GET = route({
  auth: 'user',
  load: loadProject,
  handle: async ({ loaded }) => json({ project: projectJson(loaded) }, { headers: { ETag: projectEtag(loaded) } }),
});

export const PATCH = route({
  auth: 'user',
  load: loadProject,
  body: renameProjectSchema,
  handle: async ({ rt, loaded, body }) => ({ project: projectJson(await renameProject(rt, loaded, body)) }),
});
