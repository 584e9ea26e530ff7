import type { Runtime } from '../../runtime';
import { PipelineError } from '../pipeline-error';
import { isPause, type MotionProvider, type MotionRequest, type Pause } from '../providers';
import { advancePrediction, type Ended, type ReplicateRuntime } from './advance-prediction';
import { modelByName, modelOfTier, type MotionModel } from './models';
import { callFailed, predictionFailed } from './pipeline-failure';
import type { PredictionInput } from './prediction-rows';
import { readOutput } from './read-output';

type Needs = ReplicateRuntime & Pick<Runtime, 'media'>;

const stages = { whole: 'single', forward: 'stage1', back: 'stage2' } as const;

/** The models of the table, each tier its own. A generation whose model the table doesn't have goes to `others`. */
export function replicateMotion(rt: Needs, others: MotionProvider): MotionProvider {
  return {
    modelFor: (tier) => modelOfTier(tier).name,

    async animate(request, options) {
      const model = modelByName(request.model);
      if (!model) return others.animate(request, options);
      const ended = await advance(rt, model, request, options.signal);
      if (isPause(ended)) return ended;
      if (ended.outcome !== 'succeeded') throw predictionFailed({ refused: 'i2v_failed', failed: 'i2v_failed' }, ended);
      const raw = await readOutput(rt.replicate, ended.prediction, options.signal);
      // The stages of a loop keep their own length: the merge fits them together.
      const durSeconds = request.segment === 'whole' ? request.durSeconds : null;
      return (await rt.media.conform(raw, { aspect: request.aspect, durSeconds }, { signal: options.signal })).mp4;
    },

    async merge(request, options) {
      const model = modelByName(request.model);
      if (!model) return others.merge(request, options);
      const { forward, back, durSeconds } = request;
      const { mp4 } = await rt.media.merge(forward, back, { durSeconds, kind: model.loop }, options);
      return { mp4, loopMode: model.loop };
    },
  };
}

async function advance(rt: Needs, model: MotionModel, request: MotionRequest, signal: AbortSignal): Promise<Ended | Pause> {
  const { generationId, segment } = request;
  const ask = { generationId, stage: stages[segment], model: model.slug, input: () => input(rt, model, request, signal) };
  try {
    return await advancePrediction(rt, ask, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw callFailed('i2v_failed', error);
  }
}

/** The source goes as bytes: services refuse URLs with a query or without an extension. */
async function input(rt: Needs, model: MotionModel, request: MotionRequest, signal: AbortSignal): Promise<PredictionInput> {
  const upload = (bytes: Uint8Array) => rt.replicate.upload(bytes, 'image/jpeg', { signal });
  const still = await rt.media.frame(request.source, request.aspect);
  const back = request.segment === 'back';
  const image = await upload(back ? await rt.media.lastFrame(await request.forward()) : still);
  const lastImage = back && model.loop === 'native' ? await upload(still) : undefined;
  const seconds = request.segment === 'whole' ? request.durSeconds : request.durSeconds / 2;
  const made = model.input(request, seconds, { image, lastImage });
  if (made.image !== image) throw new PipelineError('i2v_failed', 'a model without an image');
  return made as PredictionInput;
}
