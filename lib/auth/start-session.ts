import { randomBytes } from 'node:crypto';
import type { Runtime } from '../runtime';
import { SESSION_SECONDS } from './session-cookie';

/** The columns of a fresh session row; `userId` comes from where it is inserted. */
export function newSession(rt: Pick<Runtime, 'clock'>) {
  const now = rt.clock.now();
  return {
    id: randomBytes(24).toString('base64url'),
    createdAt: new Date(now),
    expiresAt: new Date(now + SESSION_SECONDS * 1000),
  };
}

/** Opens a session for a user. @returns its id, which goes into the cookie's token. */
export async function startSession(rt: Runtime, userId: string): Promise<string> {
  const { id } = await rt.db.session.create({ data: { ...newSession(rt), userId } });
  return id;
}
