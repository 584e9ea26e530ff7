import { notFound } from '../http/errors';
import type { Runtime } from '../runtime';
import type { ProjectBrand } from './brand-schema';
import type { Project } from './project';

/** A project's brand as the API shows it. */
export function brandJson(project: Pick<Project, 'brand' | 'brandVersion'>) {
  return { brand: project.brand as ProjectBrand, brand_version: project.brandVersion };
}

/**
 * Replaces a project's brand. Its version counts changes: the same brand again is none, so that assets made with
 * it do not look out of date. Compared and counted in one statement, so no two changes share a number.
 * @throws ApiError 404 when the project was deleted meanwhile
 */
export async function updateBrand(rt: Runtime, project: Project, brand: ProjectBrand) {
  const text = JSON.stringify(withoutBlanks(brand));
  await rt.db.$executeRaw`
    UPDATE projects SET brand = ${text}::jsonb, brand_version = brand_version + 1
    WHERE id = ${project.id} AND owner_id = ${project.ownerId} AND brand IS DISTINCT FROM ${text}::jsonb`;
  const now = await rt.db.project.findFirst({ where: { id: project.id, ownerId: project.ownerId } });
  if (!now) throw notFound();
  return brandJson(now);
}

/** Groups of which every field was left blank are no groups. */
function withoutBlanks(brand: ProjectBrand): ProjectBrand {
  const filled = Object.entries(brand).filter(
    ([, value]) => value !== undefined && (typeof value !== 'object' || Object.values(value).some((member) => member !== undefined)),
  );
  return Object.fromEntries(filled);
}
