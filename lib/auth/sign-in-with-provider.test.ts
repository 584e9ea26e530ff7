import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeTestRuntime, type TestRuntime } from '@/test/support/test-runtime';
import { signInWithProvider } from './sign-in-with-provider';
import { signUpUser } from '@/test/support/call';

let rt: TestRuntime;
beforeAll(async () => void (rt = await makeTestRuntime()));
afterAll(() => rt.close());

const google = { provider: 'google', providerAccountId: 'g1', email: 'g@example.com', emailVerified: true, name: 'G' };

test.each([
  ['an address that is not verified', { emailVerified: false }],
  ['no address', { email: null }],
  ['an address that is none', { email: 'nobody' }],
])('%s is refused, even if an account has it', async (_, change) => {
  const { email } = await signUpUser();
  await expect(signInWithProvider(rt, { ...google, email, ...change })).rejects.toMatchObject({ code: 'forbidden' });
});

test('five first sign-ins at once are one account with one project', async () => {
  const ids = await Promise.all(Array.from({ length: 5 }, () => signInWithProvider(rt, { ...google, email: 'once@example.com' })));
  expect(new Set(ids).size).toBe(1);
  expect(await rt.db.project.count({ where: { ownerId: ids[0] } })).toBe(1);
});

test('two providers with one verified address are one account', async () => {
  const one = await signInWithProvider(rt, { ...google, providerAccountId: 'g2', email: 'both@example.com' });
  expect(await signInWithProvider(rt, { ...google, provider: 'github', providerAccountId: 'g2', email: 'BOTH@example.com' })).toBe(one);
  expect(await rt.db.identity.count({ where: { userId: one } })).toBe(2);
});

test('a provider\'s name is cut to what an account may hold, or comes from the address', async () => {
  const nameOf = async (id: string, name: string | null) => {
    const userId = await signInWithProvider(rt, { ...google, providerAccountId: id, email: `${id}@example.com`, name });
    return (await rt.db.user.findUniqueOrThrow({ where: { id: userId } })).name;
  };
  expect(await nameOf('long', '💥'.repeat(200))).toBe('💥'.repeat(100));
  expect(await nameOf('nul', 'a\0b')).toBe('nul');
  expect(await nameOf('none', null)).toBe('none');
});
