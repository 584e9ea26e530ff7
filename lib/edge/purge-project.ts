import { projectTag } from '../delivery/embed-headers';
import type { Intent } from '../outbox/add-message';
import type { Runtime } from '../runtime';

/** Drops everything that the edge keeps of a project. @throws when the edge did not confirm. */
export function purgeProject(rt: Runtime, { projectId }: { projectId: string }): Promise<void> {
  return rt.edge.purge({ paths: [], tag: projectTag(projectId) });
}

/** Intents to do so, one at each of these times. */
export function purgesOfProject(projectId: string, timesMs: number[]): Intent[] {
  return timesMs.map((atMs) => ({ key: `purge/${projectId}/${atMs}`, message: { kind: 'edge.purge-project', projectId }, availableAtMs: atMs }));
}
