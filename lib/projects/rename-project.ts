import { z } from 'zod';
import type { Runtime } from '../runtime';
import { changeProject } from './change-project';
import { projectNameSchema } from './create-project';
import type { Project } from './project';

/** PATCH /api/projects/:id */
export const renameProjectSchema = z.strictObject({ name: projectNameSchema });

/** Renames a project. Its key, and so every embed URL, stays. @throws ApiError 404 */
export function renameProject(rt: Runtime, project: Project, { name }: { name: string }): Promise<Project> {
  return changeProject({ db: rt.db, wake: rt.bus.publish }, project, { name });
}
