import type { Runtime } from '../runtime';
import type { OpenSession } from './open-session';
import { SESSION_SECONDS, signedInCookie } from './session-cookie';
import { encodeSession } from './session-token';

const DAY_MS = 24 * 60 * 60 * 1000;
/** However busy it is, a session ends this long after sign-in. */
const LONGEST_MS = 90 * DAY_MS;

/**
 * Prolongs a session in use to seven days from now, at most once a day.
 * @returns the `Set-Cookie` that goes with it, or null when nothing changed.
 */
export async function slideSession(rt: Runtime, session: OpenSession): Promise<string | null> {
  const { user, expiresAt, createdAt } = session;
  const until = Math.min(rt.clock.now() + SESSION_SECONDS * 1000, createdAt.getTime() + LONGEST_MS);
  if (until - expiresAt.getTime() < DAY_MS) return null;
  // An update, never an upsert: a session signed out meanwhile stays out.
  const { count } = await rt.db.session.updateMany({ where: { id: user.sessionId }, data: { expiresAt: new Date(until) } });
  return count === 0 ? null : signedInCookie(rt, await encodeSession(rt, { sub: user.id, sid: user.sessionId }));
}
