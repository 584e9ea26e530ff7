import type { Prisma } from '../database/database';
import { notFound } from '../http/errors';
import type { Runtime } from '../runtime';
import type { Project } from './project';
import { projectChannel } from './project-channel';

/**
 * Writes the given columns of a project and leaves the others, so that two partial changes at once both stay.
 * @throws ApiError 404 when it was deleted meanwhile
 */
export async function changeProject(
  rt: Runtime,
  project: Pick<Project, 'id' | 'ownerId'>,
  data: Prisma.ProjectUpdateManyMutationInput,
): Promise<Project> {
  const where = { id: project.id, ownerId: project.ownerId };
  const [changed] = await rt.db.project.updateManyAndReturn({ where, data });
  if (!changed) throw notFound();
  rt.bus.publish(projectChannel(project.id));
  return changed;
}
