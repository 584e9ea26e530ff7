import type { Runtime } from '../runtime';
import type { Project } from './project';
import { type KeyKind, stillValid } from './retired-keys';

/** A project's keys as the API shows them. Secrets are shown when they are made, and never again. */
export interface KeysJson {
  proxy_key: string;
  has_signing_secret: boolean;
  /** Rotated ones that still work, the next to end first. */
  retired: Array<{ which: KeyKind; proxy_key: string | null; valid_until: number }>;
}

export async function readKeys(rt: Runtime, project: Project): Promise<KeysJson> {
  const retired = await rt.db.retiredKey.findMany({ where: { projectId: project.id, ...stillValid(rt) }, orderBy: { validUntil: 'asc' } });
  return {
    proxy_key: project.proxyKey,
    has_signing_secret: project.signingSecret !== null,
    retired: retired.map(({ kind, value, validUntil }) => ({
      which: kind as KeyKind,
      proxy_key: kind === 'proxy' ? value : null,
      valid_until: validUntil.getTime(),
    })),
  };
}
