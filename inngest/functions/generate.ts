import { type Inngest } from 'inngest';
import { MAX_ATTEMPTS } from '@/lib/generation/run-stage';
import { runtime } from '@/lib/runtime';
import { generationRequested, type GenerationRequested } from '../events';
import { pipeline } from './pipeline';
import { pipelineFailed } from './pipeline-failed';

/** The durable function of a generation. One asset runs one at a time. */
export function generateFunction(client: Inngest) {
  return client.createFunction(
    {
      id: 'generate',
      triggers: [{ event: generationRequested }],
      concurrency: [{ key: 'event.data.asset_id', limit: 1 }],
      retries: (MAX_ATTEMPTS - 1) as 2,
      onFailure: ({ event, error, step }) => pipelineFailed(runtime(), event.data.event.data as GenerationRequested, error.message, step),
    },
    ({ event, step, attempt }) => pipeline(runtime(), event.data as GenerationRequested, step, attempt),
  );
}
