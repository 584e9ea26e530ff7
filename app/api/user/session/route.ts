import { openSession } from '@/lib/auth/open-session';
import { slideSession } from '@/lib/auth/slide-session';
import { json } from '@/lib/http/answer';
import { route } from '@/lib/http/route';

export const GET = route({
  auth: 'none',
  handle: async ({ rt, req }) => {
    const session = await openSession(rt, req.headers.get('cookie'));
    if (!session) return { user: null };
    const { id, email, name } = session.user;
    const cookie = await slideSession(rt, session);
    return json({ user: { id, email, name } }, cookie ? { headers: { 'Set-Cookie': cookie } } : {});
  },
});
