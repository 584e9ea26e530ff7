import type { Prisma, Tx } from '../database/database';
import { notFound } from '../http/errors';
import type { Project } from './project';

/**
 * Writes the given columns of a project and leaves the others, so that two partial changes at once both stay.
 * @throws ApiError 404 when it was deleted meanwhile
 */
export async function changeProject(
  { db }: { db: Pick<Tx, 'project'> },
  project: Pick<Project, 'id' | 'ownerId'>,
  data: Prisma.ProjectUpdateManyMutationInput,
): Promise<Project> {
  const where = { id: project.id, ownerId: project.ownerId };
  const [changed] = await db.project.updateManyAndReturn({ where, data });
  if (!changed) throw notFound();
  return changed;
}
