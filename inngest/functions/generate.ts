import { type Inngest, NonRetriableError, RetryAfterError } from 'inngest';
import { endGeneration } from '@/lib/generation/end-generation';
import { finalizeGeneration } from '@/lib/generation/finalize-generation';
import { isPipelineError, parseFailure } from '@/lib/generation/pipeline-error';
import { MAX_ATTEMPTS, retryDelayMs } from '@/lib/generation/run-stage';
import { animate, clearWork, mergeStages, storeClip, takeSource, usePrompt, writePrompt } from '@/lib/generation/stages';
import { startGeneration } from '@/lib/generation/start-generation';
import { runtime } from '@/lib/runtime';
import { generationRequested, type GenerationRequested } from '../events';

/**
 * The pipeline: source → vision → single, or stage1 → stage2 → merge → r2_write → ready. One asset runs one generation
 * at a time. Every step may run twice; a step that finds the generation ended returns null and the run stops.
 */
export function generateFunction(client: Inngest) {
  return client.createFunction(
    {
      id: 'generate',
      triggers: [{ event: generationRequested }],
      concurrency: [{ key: 'event.data.asset_id', limit: 1 }],
      retries: (MAX_ATTEMPTS - 1) as 2,
      onFailure: async ({ event, error, step }) => {
        const { generation_id: id, asset_id: assetId } = event.data.event.data as GenerationRequested;
        await step.run('fail', () => endGeneration(runtime(), id, { status: 'failed', ...parseFailure(error.message) }));
        await step.run('clear', () => clearWork(runtime(), { id, assetId }));
      },
    },
    async ({ event, step, attempt }) => {
      const rt = runtime();
      const data = event.data as GenerationRequested;
      const stage = <T>(id: string, work: (attempt: number) => Promise<T>) => step.run(id, () => classified(work, attempt + 1));
      const clear = () => step.run('clear', () => clearWork(rt, { id: data.generation_id, assetId: data.asset_id }));

      const run = await step.run('start', () => startGeneration(rt, data.generation_id));
      if (!run) return clear();
      const source = await stage('source', (n) => takeSource(rt, run, n));
      if (!source) return clear();
      if (run.prompt) await step.run('prompt', () => usePrompt(rt, run));
      const vision = run.prompt ? { prompt: run.prompt.text } : await stage('vision', (n) => writePrompt(rt, run, n));
      if (!vision) return clear();

      let made: { key: string; loopMode: 'native' | 'crossfade' | null } | null;
      if (run.mode === 'loop') {
        const forward = await stage('stage1', (n) => animate(rt, run, 'stage1', vision.prompt, n));
        const back = forward && (await stage('stage2', (n) => animate(rt, run, 'stage2', vision.prompt, n)));
        made = back && (await stage('merge', (n) => mergeStages(rt, run, n)));
      } else {
        const single = await stage('single', (n) => animate(rt, run, 'single', vision.prompt, n));
        made = single && { ...single, loopMode: null };
      }
      if (!made) return clear();
      const finished = made;
      const clip = await stage('r2_write', (n) => storeClip(rt, run, { ...finished, blurDataUrl: source.blurDataUrl }, n));
      if (clip) await step.run('ready', () => finalizeGeneration(rt, run.id, clip));
      return clear();
    },
  );
}

/** Tells the engine which failures are worth another try, and when. */
async function classified<T>(work: (attempt: number) => Promise<T>, attempt: number): Promise<T> {
  try {
    return await work(attempt);
  } catch (error) {
    if (!isPipelineError(error)) throw error;
    const message = `${error.code}: ${error.message}`;
    if (!error.transient) throw new NonRetriableError(message, { cause: error });
    throw new RetryAfterError(message, retryDelayMs(attempt), { cause: error });
  }
}
