import { notFound } from '@/lib/http/errors';
import { route } from '@/lib/http/route';

const answer = route({
  auth: 'none',
  handle: async () => {
    throw notFound();
  },
});

/** Clients of the API get JSON also where there is nothing. */
const nothing = (req: Request) => answer(req, { params: Promise.resolve({}) });

export { nothing as DELETE, nothing as GET, nothing as PATCH, nothing as POST, nothing as PUT };
