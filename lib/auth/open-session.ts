import type { Runtime } from '../runtime';
import { readCookie, sessionCookie } from './session-cookie';
import { decodeSession } from './session-token';

/** Who a session cookie speaks for. */
export interface SessionUser {
  id: string;
  email: string;
  name: string;
  tier: 'free' | 'pro' | 'team';
  sessionId: string;
}

/** A live session: the user and how long it lasts. */
export interface OpenSession {
  user: SessionUser;
  expiresAt: Date;
  createdAt: Date;
}

interface Row {
  id: string;
  email: string;
  name: string;
  tier: SessionUser['tier'];
  expires_at: Date;
  created_at: Date;
}

/** The live session that a `Cookie` header points at, or null: no cookie, forged, expired or signed out. */
export async function openSession(rt: Runtime, cookieHeader: string | null): Promise<OpenSession | null> {
  const token = readCookie(cookieHeader, sessionCookie(rt).name);
  const claims = token && (await decodeSession(rt, token));
  if (!claims) return null;
  const rows = await rt.db.$queryRaw<Row[]>`
    SELECT u.id, u.email, u.name, u.tier, s.expires_at, s.created_at
    FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.id = ${claims.sid} AND s.user_id = ${claims.sub} AND s.expires_at > ${new Date(rt.clock.now())}`;
  const row = rows[0];
  if (!row) return null;
  const { id, email, name, tier } = row;
  return { user: { id, email, name, tier, sessionId: claims.sid }, expiresAt: row.expires_at, createdAt: row.created_at };
}
