import { inngestHandler } from '@/lib/runtime';

/** The functions for an Inngest server. Closed while the embedded engine runs them. */
const handler = async (req: Request) => (await inngestHandler()?.(req)) ?? new Response('not found', { status: 404 });

export { handler as GET, handler as POST, handler as PUT };
