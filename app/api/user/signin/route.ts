import { signInSchema } from '@/lib/auth/account-schema';
import { signedInCookie } from '@/lib/auth/session-cookie';
import { signIn } from '@/lib/auth/sign-in';
import { json } from '@/lib/http/answer';
import { route } from '@/lib/http/route';

export const POST = route({
  auth: 'none',
  body: signInSchema,
  handle: async ({ rt, body }) => {
    const { user, token } = await signIn(rt, body);
    return json({ user }, { headers: { 'Set-Cookie': signedInCookie(rt, token) } });
  },
});
