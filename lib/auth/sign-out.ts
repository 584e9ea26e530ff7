import type { Runtime } from '../runtime';
import { readCookie, sessionCookie } from './session-cookie';
import { decodeSession } from './session-token';

/** Deletes the session that a `Cookie` header points at. Without one, nothing happens. */
export async function signOut(rt: Runtime, cookieHeader: string | null): Promise<void> {
  const token = readCookie(cookieHeader, sessionCookie(rt).name);
  const claims = token && (await decodeSession(rt, token));
  if (claims) await rt.db.session.deleteMany({ where: { id: claims.sid } });
}

/** Removes sessions that are over. For the housekeeping; reading a session checks its time anyway. */
export async function deleteExpiredSessions(rt: Runtime): Promise<number> {
  const { count } = await rt.db.session.deleteMany({ where: { expiresAt: { lte: new Date(rt.clock.now()) } } });
  return count;
}
