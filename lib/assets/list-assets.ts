import { z } from 'zod';
import type { Prisma } from '../database/database';
import { ApiError } from '../http/errors';
import type { Runtime } from '../runtime';
import { assetInclude, assetJson, type AssetJson } from './asset-json';

export const listAssetsQuery = z.strictObject({
  project_id: z.string().max(64).optional(),
  status: z.enum(['pending', 'ready', 'failed']).optional(),
  cursor: z.string().max(128).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(24),
});

/**
 * One page of a user's assets, newest first. Keyset paging: rows made meanwhile neither repeat nor skip any.
 * @throws ApiError 400 for a cursor that is not ours.
 */
export async function listAssets(
  rt: Runtime,
  userId: string,
  query: z.output<typeof listAssetsQuery>,
): Promise<{ assets: AssetJson[]; next_cursor: string | null }> {
  const rows = await rt.db.asset.findMany({
    where: {
      project: { ownerId: userId, ...(query.project_id ? { id: query.project_id } : {}) },
      ...(query.status ? { status: query.status } : {}),
      ...(query.cursor ? after(query.cursor) : {}),
    },
    orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
    take: query.limit + 1,
    include: assetInclude,
  });
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  return {
    assets: await Promise.all(page.map((row) => assetJson(rt, row))),
    next_cursor: rows.length > page.length && last ? encodeCursor(last.createdAt, last.id) : null,
  };
}

const encodeCursor = (createdAt: Date, id: string) => Buffer.from(`${createdAt.getTime()}.${id}`).toString('base64url');

function after(cursor: string): Prisma.AssetWhereInput {
  const match = /^(\d{1,15})\.([0-9a-f]{16})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'));
  if (!match) {
    throw new ApiError('validation_failed', 'Validation failed', {
      detail: 'cursor: not a cursor of this list',
      details: { fieldErrors: { cursor: ['not a cursor of this list'] }, formErrors: [] },
    });
  }
  const createdAt = new Date(Number(match[1]));
  return { OR: [{ createdAt: { lt: createdAt } }, { createdAt, id: { gt: match[2] } }] };
}
