import { type GetStepTools, type Inngest, NonRetriableError, RetryAfterError } from 'inngest';
import { finalizeGeneration } from '@/lib/generation/finalize-generation';
import { isPipelineError } from '@/lib/generation/pipeline-error';
import { MAX_ATTEMPTS, retryDelayMs } from '@/lib/generation/run-stage';
import { animate, mergeStages, type MotionStage, storeClip, takeSource, usePrompt, writePrompt } from '@/lib/generation/stages';
import { startGeneration } from '@/lib/generation/start-generation';
import type { Runtime } from '@/lib/runtime';
import { generationNudged, type GenerationRequested } from '../events';

type Made = { key: string; loopMode: 'native' | 'crossfade' | null };

/**
 * begin (start, source) → vision → single, or stage1 → stage2 → merge → finish (r2_write, ready). Every step may run
 * twice; a step that finds the generation ended returns null and the run stops. `attempt` counts the tries of the step at
 * hand, from 0.
 */
export async function pipeline(rt: Runtime, data: GenerationRequested, step: Pick<GetStepTools<Inngest>, 'run' | 'waitForEvent'>, attempt: number) {
  /** `tries` is how often the stage was tried before this step. */
  const stage = <T>(id: string, work: (attempt: number) => Promise<T>, tries = 0) => step.run(id, () => classified(work, tries + attempt + 1));

  const begun = await stage('begin', async (n) => {
    const run = await startGeneration(rt, { id: data.generation_id, assetId: data.asset_id });
    const source = run && (await takeSource(rt, run, n));
    if (source && run.prompt) await usePrompt(rt, run, run.prompt);
    return source && { run, ...source };
  });
  if (!begun) return;
  const { run, blurDataUrl } = begun;
  const vision = run.prompt ? { prompt: run.prompt.text } : await stage('vision', (n) => writePrompt(rt, run, n));
  if (!vision) return;

  const made = run.mode === 'loop' ? await loop() : await single();
  if (!made) return;
  await stage('finish', async (n) => {
    const clip = await storeClip(rt, run, { ...made, blurDataUrl }, n);
    if (clip) await finalizeGeneration(rt, run, clip);
  });

  async function single(): Promise<Made | null> {
    const clip = await moving('single');
    return clip && { ...clip, loopMode: null };
  }

  async function loop(): Promise<Made | null> {
    const both = (await moving('stage1')) && (await moving('stage2'));
    return both && stage('merge', (n) => mergeStages(rt, run, n));
  }

  /** A model elsewhere makes us sleep between looks; its webhook, or the generation's end, wakes the run. */
  async function moving(name: MotionStage): Promise<{ key: string } | null> {
    let begunMs: number | undefined;
    let tries = 0;
    for (let look = 0; ; look += 1) {
      const call = (n: number) => animate(rt, run, { stage: name, prompt: vision!.prompt, attempt: n, begunMs });
      const made = await stage(look === 0 ? name : `${name}/look/${look}`, call, tries);
      if (!made || 'key' in made) return made;
      begunMs = made.waiting.begunMs;
      tries = made.waiting.attempt - 1;
      await step.waitForEvent(`${name}/wait/${look}`, { event: generationNudged, timeout: made.waiting.waitMs, match: 'data.generation_id' });
    }
  }
}

/** Tells the engine which failures are worth another try, and when. */
async function classified<T>(work: (attempt: number) => Promise<T>, attempt: number): Promise<T> {
  try {
    return await work(attempt);
  } catch (error) {
    if (!isPipelineError(error)) throw error;
    const message = `${error.code}: ${error.message}`;
    if (!error.transient || attempt >= MAX_ATTEMPTS) throw new NonRetriableError(message, { cause: error });
    throw new RetryAfterError(message, retryDelayMs(attempt), { cause: error });
  }
}
