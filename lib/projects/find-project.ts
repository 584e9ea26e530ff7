import { notFound } from '../http/errors';
import type { Runtime } from '../runtime';
import type { Project } from './project';

/** A user's project, for `load`. Missing and someone else's are one and the same query. @throws ApiError 404 */
export async function findProject(rt: Runtime, user: { id: string }, id: string): Promise<Project> {
  const project = await rt.db.project.findFirst({ where: { id, ownerId: user.id } });
  if (!project) throw notFound();
  return project;
}

/** The `load` of every route below /api/projects/:id. */
export function loadProject({ rt, user, params }: { rt: Runtime; user: { id: string }; params: Record<string, string> }) {
  return findProject(rt, user, params.id ?? '');
}
