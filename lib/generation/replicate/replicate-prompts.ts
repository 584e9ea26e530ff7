import { setTimeout as sleep } from 'node:timers/promises';
import { brandSchema } from '../../projects/brand-schema';
import type { Runtime } from '../../runtime';
import { PipelineError } from '../pipeline-error';
import { isPause, type PromptProvider } from '../providers';
import { advancePrediction, type Ended, type ReplicateRuntime } from './advance-prediction';
import { visionModel } from './models';
import { callFailed, predictionFailed } from './pipeline-failure';
import type { PredictionInput } from './prediction-rows';
import { readVisionAnswer, visionFrame, visionRequest } from './vision-words';

/** A vision model answers in seconds: no sleep of the pipeline is worth it. */
const ASK_EVERY_MS = 500;

type Sleep = (ms: number, signal: AbortSignal) => Promise<unknown>;

/**
 * A vision model on Replicate, with the brand as its frame. A run that begins again finds its prediction and waits on.
 * @param pause by the clock of tests
 */
export function replicatePrompts(
  rt: ReplicateRuntime & Pick<Runtime, 'media'>,
  pause: Sleep = (ms, signal) => sleep(ms, undefined, { signal }),
): PromptProvider {
  return {
    async describe({ generationId, source, brand, motion, mode }, { signal }) {
      const system = visionFrame(brandSchema.safeParse(brand).data ?? {});
      const input = async (): Promise<PredictionInput> => {
        const image = await rt.replicate.upload(await rt.media.frame(source, 'preserve'), 'image/jpeg', { signal });
        return visionModel.input(image, system, visionRequest(motion, mode));
      };
      const ask = { generationId, stage: 'vision', model: visionModel.slug, input } as const;
      for (;;) {
        const ended = await advancePrediction(rt, ask, signal).catch((error: unknown) => {
          signal.throwIfAborted();
          throw callFailed('vision_timeout', error);
        });
        if (!isPause(ended)) return promptOf(ended);
        await pause(Math.min(ended.waitMs, ASK_EVERY_MS), signal);
      }
    },
  };
}

function promptOf(ended: Ended): string {
  if (ended.outcome !== 'succeeded') throw predictionFailed({ refused: 'vision_blocked', failed: 'vision_timeout' }, ended);
  const { output } = ended.prediction as { output: unknown };
  const answer = readVisionAnswer(Array.isArray(output) ? output.join('') : String(output ?? ''));
  if ('blocked' in answer) throw new PipelineError('vision_blocked', answer.blocked.slice(0, 200));
  if (!answer.prompt) throw new PipelineError('vision_timeout', 'the vision model said nothing');
  return answer.prompt;
}
