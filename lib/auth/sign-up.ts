import { ulid } from 'ulid';
import { type Prisma } from '../database/database';
import { ApiError } from '../http/errors';
import { newProject } from '../projects/create-project';
import type { Runtime } from '../runtime';
import type { SignUp } from './account-schema';
import { hashPassword } from './password';
import { encodeSession } from './session-token';
import { newSession } from './start-session';

/** What signing in or up gives: who it is, and the value of the session cookie. */
export interface SignedIn {
  user: { id: string; email: string; name: string };
  token: string;
}

/**
 * Makes an account with a first project and signs it in, all in one transaction.
 * @throws ApiError 409 email_taken, 429 rate_limited
 */
export async function signUp(rt: Runtime, { email, password, name }: SignUp): Promise<SignedIn> {
  // Hashed before asking whether the address is free, so that both answers take the same time.
  const passwordHash = await hashPassword(password);
  const session = newSession(rt);
  const user = await createAccount(rt, { email, name, passwordHash }, { sessions: { create: session } });
  return { user, token: await encodeSession(rt, { sub: user.id, sid: session.id }) };
}

/** Inserts a user with a first project. @throws ApiError 409 email_taken */
export async function createAccount(
  rt: Runtime,
  account: { email: string; name: string; passwordHash: string | null },
  more: Pick<Prisma.UserCreateInput, 'sessions' | 'identities'> = {},
): Promise<SignedIn['user']> {
  const createdAt = new Date(rt.clock.now());
  try {
    return await rt.db.user.create({
      data: { id: `usr_${ulid(rt.clock.now())}`, ...account, createdAt, projects: { create: newProject(rt, 'My project') }, ...more },
      select: { id: true, email: true, name: true },
    });
  } catch (error) {
    if (isUniqueViolation(error)) throw new ApiError('email_taken', 'an account with this e-mail exists already');
    throw error;
  }
}

// By name and code, not instanceof: bundlers may duplicate the client.
function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && error.name === 'PrismaClientKnownRequestError' && 'code' in error && error.code === 'P2002';
}
