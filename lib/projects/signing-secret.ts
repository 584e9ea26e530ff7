import { randomBytes } from 'node:crypto';
import type { Runtime } from '../runtime';
import { seal, unseal } from '../seal';

const bound = (projectId: string) => `signing/${projectId}`;

/** A fresh signing secret: to show once, and to store. */
export function newSigningSecret(rt: Pick<Runtime, 'secret'>, projectId: string): { shown: string; sealed: string } {
  const shown = `mss_${randomBytes(32).toString('hex')}`;
  return { shown, sealed: seal(rt, bound(projectId), shown) };
}

/** A stored signing secret; null when it can't be opened any more. */
export function openSigningSecret(rt: Pick<Runtime, 'secret'>, projectId: string, sealed: string): string | null {
  return unseal(rt, bound(projectId), sealed);
}
