import { ApiError } from '../http/errors';
import { readQuota } from '../quota/read-quota';
import type { Runtime } from '../runtime';
import type { SessionUser } from './open-session';

/** GET /api/user/me: the account with its plan and this month's quota. @throws ApiError 401 when it is gone */
export async function readAccount(rt: Runtime, user: SessionUser) {
  const [account, quota] = await Promise.all([
    rt.db.user.findUnique({ where: { id: user.id }, select: { createdAt: true } }),
    readQuota(rt, user),
  ]);
  if (!account) throw new ApiError('unauthorized', 'sign in first');
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    plan: user.tier,
    aiGenerationsUsed: quota.used,
    aiGenerationsResetAt: quota.resets_at,
    // The hosted product counts these; they belong to a part of it that does not exist here.
    compositionCount: 0,
    themeCount: 0,
    createdAt: account.createdAt.getTime(),
    quota,
  };
}
