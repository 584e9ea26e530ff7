import type { Runtime } from '../runtime';
import { stillValid } from './retired-keys';

/** The id of the project that a proxy key opens: its current key, or one that was rotated less than 24 h ago. */
export async function findProjectOfKey(rt: Runtime, proxyKey: string): Promise<string | null> {
  const project = await rt.db.project.findUnique({ where: { proxyKey }, select: { id: true } });
  if (project) return project.id;
  const retired = await rt.db.retiredKey.findFirst({ where: { kind: 'proxy', value: proxyKey, ...stillValid(rt) }, select: { projectId: true } });
  return retired?.projectId ?? null;
}
