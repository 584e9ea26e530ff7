import type { Runtime } from '../../runtime';
import { isPause, type Pause } from '../providers';
import { cancelOrphan } from './cancel-predictions';
import { findLost } from './find-lost';
import { failureKind } from './prediction-failure';
import { askAgain, forget, latestPrediction, noteEnded, noteMade, notePrediction, type Outcome, type PredictionInput, type PredictionRow, type PredictionStage } from './prediction-rows';
import type { Prediction, ReplicateApi } from './replicate-api';
import { isReplicateError } from './replicate-error';
import { pollDelayMs, webhookUrl } from './webhook-url';

export type ReplicateRuntime = Pick<Runtime, 'db' | 'clock' | 'bus' | 'log' | 'env'> & { replicate: ReplicateApi };

export interface Ask {
  generationId: string;
  stage: PredictionStage;
  /** owner/name */
  model: string;
  /** Uploads what the model is to see and puts the input together. Called once a prediction. */
  input(): Promise<PredictionInput>;
}

/** What brought an ended prediction there, as noted in its row. */
export interface Ended {
  prediction: Prediction;
  outcome: Outcome;
}

const AGAIN: Pause = { waitMs: 1_000 };
const LOOK_MS = 3_000;
const MOST_TRIES = 3;

/**
 * Brings the stage's prediction a step further: notes it, asks for it, finds it again, looks whether it has ended. May
 * be called at any time by any process: a stage has one prediction, and another only after the service itself
 * interrupted the one before.
 * @returns the ended prediction, or how long to wait before the next call. @throws ReplicateError
 */
export async function advancePrediction(rt: ReplicateRuntime, ask: Ask, signal: AbortSignal): Promise<Ended | Pause> {
  const row = await latestPrediction(rt, ask.generationId, ask.stage);
  if (!row || (row.outcome === 'interrupted' && row.try < MOST_TRIES)) {
    const noted = await notePrediction(rt, { generationId: ask.generationId, stage: ask.stage, model: ask.model, input: await ask.input() });
    return noted ? make(rt, noted) : AGAIN;
  }
  const { replicateId } = row;
  if (replicateId === null) return recover(rt, row);
  const prediction = await tolerant(rt, () => rt.replicate.get(replicateId, { signal }));
  return isPause(prediction) ? prediction : ended(rt, row, prediction);
}

/** Not tied to the run's signal: once asked for, we want to know what came of it. */
async function make(rt: ReplicateRuntime, row: PredictionRow): Promise<Ended | Pause> {
  try {
    const made = await rt.replicate.create({ model: row.model, input: row.input as PredictionInput, webhook: webhookUrl(rt.env, row.id) });
    if (await noteMade(rt, row.id, made.id)) return await ended(rt, row, made);
    // Another process took this call for lost: this prediction must not cost anything.
    await cancelOrphan(rt, made.id);
    return AGAIN;
  } catch (error) {
    if (!isReplicateError(error)) throw error;
    if (error.kind === 'lost') {
      rt.log.warn({ err: error, prediction: row.id }, 'the answer of a call was lost; looking for its prediction');
      return AGAIN;
    }
    await forget(rt, row);
    if (error.kind === 'busy') return { waitMs: error.retryAfterMs };
    throw error;
  }
}

async function recover(rt: ReplicateRuntime, row: PredictionRow): Promise<Ended | Pause> {
  const found = await tolerant(rt, () => findLost(rt, rt.replicate, row));
  if (found === 'unknown') return { waitMs: LOOK_MS };
  if (found === null) {
    const mine = await askAgain(rt, row);
    return mine ? make(rt, mine) : AGAIN;
  }
  if (isPause(found)) return found;
  return (await noteMade(rt, row.id, found.id)) ? ended(rt, row, found) : AGAIN;
}

async function ended(rt: ReplicateRuntime, row: PredictionRow, prediction: Prediction): Promise<Ended | Pause> {
  const outcome = outcomeOf(prediction);
  if (!outcome) return { waitMs: pollDelayMs(rt.env, rt.clock.now() - row.createdAt.getTime()) };
  await noteEnded(rt, row.id, outcome);
  return { prediction, outcome };
}

function outcomeOf({ status, error }: Prediction): Outcome | null {
  if (status === 'succeeded') return 'succeeded';
  if (status === 'failed') return failureKind(error) === 'interrupted' ? 'interrupted' : 'failed';
  return status === 'starting' || status === 'processing' ? null : 'canceled';
}

/** A question without an answer is asked again later: what is paid for is not given up for a bad minute. */
async function tolerant<T>(rt: ReplicateRuntime, question: () => Promise<T>): Promise<T | Pause> {
  try {
    return await question();
  } catch (error) {
    if (!isReplicateError(error) || (error.kind !== 'lost' && error.kind !== 'busy')) throw error;
    rt.log.warn({ err: error }, 'Replicate did not answer; asking again later');
    return { waitMs: Math.max(LOOK_MS, error.retryAfterMs) };
  }
}
