// The one file below lib that knows Next: server components have no Request, only this store of cookies.
import { cookies } from 'next/headers';
import { runtime } from '../runtime';
import { openSession, type SessionUser } from './open-session';
import { sessionCookie } from './session-cookie';

/** The signed-in user of the page being rendered, or null. */
export async function pageSession(): Promise<SessionUser | null> {
  const jar = await cookies(); // first: it tells a build that the page cannot be made beforehand
  const rt = runtime();
  const { name } = sessionCookie(rt);
  const value = jar.get(name)?.value;
  return value ? ((await openSession(rt, `${name}=${value}`))?.user ?? null) : null;
}
