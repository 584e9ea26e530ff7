import { createHash } from 'node:crypto';
import { listed } from '../http/entity-tags';
import { ApiError } from '../http/errors';
import { type Project, projectJson } from './project';

/** Names what a project's JSON says, so that a change can be bound to what its maker has read. */
export function projectEtag(project: Project): string {
  return `"${createHash('sha256').update(JSON.stringify(projectJson(project))).digest('base64url').slice(0, 22)}"`;
}

/**
 * `If-Match`. Compared weakly: a proxy that compresses the answer weakens its tag, and the JSON still says the same.
 * @throws ApiError 412 when the project is not what its maker has read
 */
export function requireMatch(project: Project, ifMatch: string): void {
  if (!listed(ifMatch, projectEtag(project), 'weak')) throw new ApiError('precondition_failed', 'the project has changed since it was read');
}
