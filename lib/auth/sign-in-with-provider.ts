import { ApiError, isApiError } from '../http/errors';
import { isPlainText } from '../http/plain-text';
import type { Runtime } from '../runtime';
import { emailSchema } from './account-schema';
import { createAccount } from './sign-up';

/** What GitHub or Google says about who signed in there. */
export interface ProviderProfile {
  provider: string;
  providerAccountId: string;
  email: string | null;
  emailVerified: boolean;
  name: string | null;
}

/**
 * The account of a sign-in at a provider: the one it belongs to already, else the one with the same verified
 * e-mail, else a new one with a first project.
 *
 * Nobody proves their address when signing up with a password here, so the password on an account may have been
 * set by a stranger who waited for the address's owner. The first proof of the address therefore removes that
 * password and ends the account's sessions, unless the browser is signed in to the very account (`currentUserId`).
 * @returns the user's id
 * @throws ApiError 403 forbidden when there is no verified e-mail to go by
 */
export async function signInWithProvider(
  rt: Runtime,
  profile: ProviderProfile,
  currentUserId: string | null = null,
): Promise<string> {
  const { provider, providerAccountId } = profile;
  const identity = await rt.db.identity.findUnique({ where: { provider_providerAccountId: { provider, providerAccountId } } });
  if (identity) return identity.userId;
  const email = emailSchema.safeParse(profile.email);
  if (!profile.emailVerified || !email.success) {
    throw new ApiError('forbidden', 'the account there has no verified e-mail address');
  }
  const linked = await linkByEmail(rt, profile, email.data, currentUserId);
  if (linked) return linked;
  const identities = { create: { provider, providerAccountId, createdAt: new Date(rt.clock.now()) } };
  try {
    return (await createAccount(rt, { email: email.data, name: nameOf(profile, email.data), passwordHash: null }, { identities })).id;
  } catch (error) {
    // Someone was faster with this address or identity; then there is an account to find.
    if (isApiError(error) && error.code === 'email_taken') return signInWithProvider(rt, profile, currentUserId);
    throw error;
  }
}

async function linkByEmail(rt: Runtime, profile: ProviderProfile, email: string, currentUserId: string | null) {
  const user = await rt.db.user.findUnique({ where: { email }, include: { identities: true } });
  if (!user) return null;
  const { provider, providerAccountId } = profile;
  const proven = user.identities.length > 0 || currentUserId === user.id;
  await rt.db.$transaction([
    rt.db.identity.createMany({
      data: [{ provider, providerAccountId, userId: user.id, createdAt: new Date(rt.clock.now()) }],
      skipDuplicates: true,
    }),
    ...(proven
      ? []
      : [
          rt.db.user.update({ where: { id: user.id }, data: { passwordHash: null } }),
          rt.db.session.deleteMany({ where: { userId: user.id } }),
        ]),
  ]);
  return user.id;
}

function nameOf({ name }: ProviderProfile, email: string): string {
  const given = (name ?? '').trim();
  return given && isPlainText(given) ? Array.from(given).slice(0, 100).join('') : email.split('@')[0]!;
}
