import { createHash } from 'node:crypto';
import type { ExplicitParams } from './params';

/**
 * The asset's id: 16 lower-case hex digits over the project, the canonical source and the explicit parameters (spec 2).
 * Defaults are not part of it, so changing a project's defaults never moves an existing embed.
 */
export function assetId(projectId: string, src: string, explicit: ExplicitParams): string {
  const entries = Object.entries(explicit)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify([projectId, src, entries])).digest('hex').slice(0, 16);
}
