import { projectTag } from '../delivery/embed-headers';
import type { Runtime } from '../runtime';
import { CARRY_MS } from './purge-embed';

/** Drops everything that the edge keeps of a project. @throws EdgeError when the edge does not confirm */
export async function purgeProject({ edge }: Pick<Runtime, 'edge'>, { projectId }: { projectId: string }): Promise<void> {
  await edge?.purge({ paths: [], tag: projectTag(projectId) }, AbortSignal.timeout(CARRY_MS));
}
