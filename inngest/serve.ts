import type { Inngest } from 'inngest';
import { serve } from 'inngest/edge';
import { generateFunction } from './functions/generate';

/** Every function, behind the SDK's own HTTP protocol: a Web-standard handler for `/api/inngest`. */
export function inngestHandler(client: Inngest): (req: Request) => Promise<Response> {
  return serve({ client, functions: [generateFunction(client)], servePath: '/api/inngest' });
}
