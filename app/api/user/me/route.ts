import { readAccount } from '@/lib/auth/read-account';
import { route } from '@/lib/http/route';

export const GET = route({ auth: 'user', handle: ({ rt, user }) => readAccount(rt, user) });
