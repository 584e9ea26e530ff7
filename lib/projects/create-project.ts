import { randomBytes } from 'node:crypto';
import { ulid } from 'ulid';
import { z } from 'zod';
import type { Runtime } from '../runtime';
import type { Project } from './project';

export const projectNameSchema = z.string().trim().min(1).max(80);

/** POST /api/projects */
export const createProjectSchema = z.strictObject({ name: projectNameSchema });

/** Hex, so that the key survives systems that fold case; 96 bits cannot be guessed. */
export const newProxyKey = (): string => `pk_${randomBytes(12).toString('hex')}`;

/** The columns of a fresh project; the owner comes from where it is inserted. */
export function newProject(rt: Pick<Runtime, 'clock'>, name: string) {
  const now = rt.clock.now();
  return { id: `prj_${ulid(now)}`, name, proxyKey: newProxyKey(), createdAt: new Date(now) };
}

/** Makes a project with a proxy key of its own. */
export function createProject(rt: Runtime, user: { id: string }, { name }: { name: string }): Promise<Project> {
  return rt.db.project.create({ data: { ...newProject(rt, name), ownerId: user.id } });
}
