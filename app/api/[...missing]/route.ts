import { notFound } from '@/lib/http/errors';
import { route } from '@/lib/http/route';

/** Clients of the API get JSON also where there is nothing. */
const nothing = route({
  auth: 'none',
  handle: async () => {
    throw notFound();
  },
});

export { nothing as DELETE, nothing as GET, nothing as PATCH, nothing as POST, nothing as PUT };
