import { json } from '@/lib/http/answer';
import { route } from '@/lib/http/route';
import { createProject, createProjectSchema } from '@/lib/projects/create-project';
import { listProjects } from '@/lib/projects/list-projects';
import { projectJson } from '@/lib/projects/project';

export const GET = route({
  auth: 'user',
  handle: async ({ rt, user }) => ({ projects: (await listProjects(rt, user)).map(projectJson) }),
});

export const POST = route({
  auth: 'user',
  body: createProjectSchema,
  handle: async ({ rt, user, body }) => json({ project: projectJson(await createProject(rt, user, body)) }, { status: 201 }),
});
