import { type Inngest } from 'inngest';
import { endGeneration } from '@/lib/generation/end-generation';
import { parseFailure } from '@/lib/generation/pipeline-error';
import { MAX_ATTEMPTS } from '@/lib/generation/run-stage';
import { runtime } from '@/lib/runtime';
import { generationRequested, type GenerationRequested } from '../events';
import { pipeline } from './pipeline';

/** The durable function of a generation. One asset runs one at a time. */
export function generateFunction(client: Inngest) {
  return client.createFunction(
    {
      id: 'generate',
      triggers: [{ event: generationRequested }],
      concurrency: [{ key: 'event.data.asset_id', limit: 1 }],
      retries: (MAX_ATTEMPTS - 1) as 2,
      onFailure: async ({ event, error, step }) => {
        const { generation_id: id } = event.data.event.data as GenerationRequested;
        await step.run('fail', () => endGeneration(runtime(), id, { status: 'failed', ...parseFailure(error.message) }));
      },
    },
    ({ event, step, attempt }) => pipeline(runtime(), event.data as GenerationRequested, step, attempt),
  );
}
