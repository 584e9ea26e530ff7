import { signedOutCookie } from '@/lib/auth/session-cookie';
import { signOut } from '@/lib/auth/sign-out';
import { json } from '@/lib/http/answer';
import { route } from '@/lib/http/route';

export const POST = route({
  auth: 'none',
  handle: async ({ rt, req }) => {
    await signOut(rt, req.headers.get('cookie'));
    return json({ user: null }, { headers: { 'Set-Cookie': signedOutCookie(rt) } });
  },
});
