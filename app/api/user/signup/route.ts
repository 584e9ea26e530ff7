import { signUpSchema } from '@/lib/auth/account-schema';
import { signedInCookie } from '@/lib/auth/session-cookie';
import { signUp } from '@/lib/auth/sign-up';
import { json } from '@/lib/http/answer';
import { route } from '@/lib/http/route';

export const POST = route({
  auth: 'none',
  body: signUpSchema,
  handle: async ({ rt, body }) => {
    const { user, token } = await signUp(rt, body);
    return json({ user }, { status: 201, headers: { 'Set-Cookie': signedInCookie(rt, token) } });
  },
});
