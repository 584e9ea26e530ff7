import type { Tx } from '../database/database';
import { notFound } from '../http/errors';
import type { Project } from './project';

/** What a change of keys decides by. */
export interface ProjectKeys {
  proxyKey: string;
  /** Sealed. */
  signingSecret: string | null;
  enableSigning: boolean;
  allowedOrigins: string[];
}

/** Takes a user's project for the rest of the transaction, and reads it. @throws ApiError 404 when it was deleted meanwhile */
export async function lockProject(tx: Tx, { id, ownerId }: Pick<Project, 'id' | 'ownerId'>): Promise<ProjectKeys> {
  const [row] = await tx.$queryRaw<ProjectKeys[]>`
    SELECT proxy_key AS "proxyKey", signing_secret AS "signingSecret", enable_signing AS "enableSigning", allowed_origins AS "allowedOrigins"
    FROM projects WHERE id = ${id} AND owner_id = ${ownerId} FOR UPDATE`;
  if (!row) throw notFound();
  return row;
}
