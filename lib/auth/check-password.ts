import { ApiError } from '../http/errors';
import { forgetRate, limitRate } from '../http/rate-limit';
import type { Runtime } from '../runtime';
import type { SignIn } from './account-schema';
import { verifyPassword } from './password';

const ATTEMPTS_PER_MINUTE = 10;

/**
 * The user with this e-mail and password. An unknown e-mail, an account without a password and a wrong password
 * look the same, in answer and in time.
 *
 * Attempts are counted by e-mail, before the password is looked at, so that parallel guesses count too; a success
 * starts the count anew. Not by address: behind any proxy the only address at hand is a header that anyone can write.
 * The bound on everything together is the queue in front of the hashing (password.ts).
 * @throws ApiError 401 unauthorized, 429 rate_limited
 */
export async function checkPassword(rt: Runtime, { email, password }: SignIn) {
  const rateKey = `sign-in:${email}`;
  await limitRate(rt, rateKey, ATTEMPTS_PER_MINUTE);
  const found = await rt.db.user.findUnique({
    where: { email },
    select: { id: true, email: true, name: true, passwordHash: true },
  });
  const fits = await verifyPassword(found?.passwordHash, password);
  if (!found || !fits) throw new ApiError('unauthorized', 'wrong email or password');
  await forgetRate(rt, rateKey);
  return { id: found.id, email: found.email, name: found.name };
}
