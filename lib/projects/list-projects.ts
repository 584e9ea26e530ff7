import type { Runtime } from '../runtime';
import type { Project } from './project';

/** A user's projects, oldest first. */
export function listProjects(rt: Runtime, user: { id: string }): Promise<Project[]> {
  return rt.db.project.findMany({ where: { ownerId: user.id }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] });
}
