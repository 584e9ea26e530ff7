import type { GetStepTools, Inngest } from 'inngest';
import { endGeneration } from '@/lib/generation/end-generation';
import { parseFailure } from '@/lib/generation/pipeline-error';
import type { Runtime } from '@/lib/runtime';
import type { GenerationRequested } from '../events';

/** What is done when a run of the pipeline has failed for good. `message` is the failure's, as it came through the engine. */
export async function pipelineFailed(rt: Runtime, data: GenerationRequested, message: string, step: Pick<GetStepTools<Inngest>, 'run'>): Promise<void> {
  await step.run('fail', () => endGeneration(rt, data.generation_id, { status: 'failed', ...parseFailure(message) }));
}
