import type { Prisma, Tx } from '../database/database';
import type { Wake } from '../database/transaction';
import { notFound } from '../http/errors';
import type { Project } from './project';
import { projectChannel } from './project-channel';

/**
 * Writes the given columns of a project and leaves the others, so that two partial changes at once both stay;
 * tells those who remember the project.
 * @throws ApiError 404 when it was deleted meanwhile
 */
export async function changeProject(
  { db, wake }: { db: Pick<Tx, 'project'>; wake: Wake },
  project: Pick<Project, 'id' | 'ownerId'>,
  data: Prisma.ProjectUpdateManyMutationInput,
): Promise<Project> {
  const where = { id: project.id, ownerId: project.ownerId };
  const [changed] = await db.project.updateManyAndReturn({ where, data });
  if (!changed) throw notFound();
  wake(projectChannel(project.id));
  return changed;
}
