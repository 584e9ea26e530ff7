import type { Runtime } from '../runtime';
import { openSession, type SessionUser } from './open-session';

export type { SessionUser };

/** The user of the request's session cookie, or null. Works with any Web Request, in and outside Next. */
export async function readSession(rt: Runtime, req: Request): Promise<SessionUser | null> {
  return (await openSession(rt, req.headers.get('cookie')))?.user ?? null;
}
