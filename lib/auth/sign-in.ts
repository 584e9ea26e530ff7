import type { Runtime } from '../runtime';
import type { SignIn } from './account-schema';
import { checkPassword } from './check-password';
import { encodeSession } from './session-token';
import type { SignedIn } from './sign-up';
import { startSession } from './start-session';

/** Opens a session for an e-mail and a password. @throws ApiError 401 unauthorized, 429 rate_limited */
export async function signIn(rt: Runtime, credentials: SignIn): Promise<SignedIn> {
  const user = await checkPassword(rt, credentials);
  return { user, token: await encodeSession(rt, { sub: user.id, sid: await startSession(rt, user.id) }) };
}
