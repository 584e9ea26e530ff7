import { lockAsset } from '../assets/lock-asset';
import { transaction } from '../database/transaction';
import { appendEvent, type NewEvent } from '../events/append-event';
import { progressChannel, type Stage } from '../events/event-types';
import type { Runtime } from '../runtime';
import { stageSignal } from './cancel-signal';
import { noteStage } from './note-stage';
import { isPipelineError, PipelineError, type PipelineCode } from './pipeline-error';
import { isPause, type Pause } from './providers';

export type StageName = 'source' | 'vision' | Stage | 'r2_write';

/** Three tries a stage on transient errors, after 0 s, 1 s and 4 s (reference, section 19). */
export const MAX_ATTEMPTS = 3;
export const retryDelayMs = (attempt: number) => (attempt === 1 ? 1_000 : 4_000);

interface Ref {
  id: string;
  assetId: string;
  number: number;
  requestId: string;
  startedAtMs: number;
}

interface Limits {
  limitMs: number;
  /** The code of an error that has none of its own. */
  code: PipelineCode;
  timeoutCode: PipelineCode;
  /** 1 for the first try. */
  attempt: number;
  /** When the stage began, where this call goes on with one that paused. */
  begunMs?: number;
}

/** A stage that waits for somebody else's work: what the pipeline keeps until it calls again. */
export interface Waiting {
  waiting: { waitMs: number; attempt: number; begunMs: number };
}

/** What a stage's work comes to, told by what it may return. */
type Done<T> = Exclude<T, Pause> | ([Extract<T, Pause>] extends [never] ? never : Waiting) | null;

export interface StageContext {
  signal: AbortSignal;
  onProgress(fraction: number): void;
}

/**
 * Runs one stage of a generation with its events, time limit and cancellation. A stage that pauses is called again with
 * what `Waiting` holds; its limit counts from its beginning.
 * @returns what the work returned, or null when the generation has ended meanwhile (cancelled or deleted).
 * @throws PipelineError; a transient one is worth another try.
 */
export async function runStage<T>(rt: Runtime, ref: Ref, name: StageName, limits: Limits, work: (context: StageContext) => Promise<T>): Promise<Done<T>> {
  const { attempt, begunMs = rt.clock.now() } = limits;
  if (!(await begin(rt, ref, name, attempt, begunMs))) return null;
  if (limits.begunMs === undefined) publishProgress(rt, ref, name, 0);
  const endsMs = begunMs + limits.limitMs;
  const { signal, release } = stageSignal(rt, ref.id, endsMs - rt.clock.now());
  try {
    signal.throwIfAborted();
    const onProgress = throttled(rt, (fraction) => publishProgress(rt, ref, name, fraction));
    const result = await orAborted(signal, work({ signal, onProgress }));
    if (isPause(result)) {
      const waitMs = Math.max(1_000, Math.min(result.waitMs, endsMs - rt.clock.now()));
      return { waiting: { waitMs, attempt, begunMs } } as Done<T>;
    }
    return (await complete(rt, ref, name, attempt, rt.clock.now() - begunMs)) ? (result as Done<T>) : null;
  } catch (error) {
    if (signal.aborted && (signal.reason as DOMException).name === 'AbortError') return null;
    const failure = asPipelineError(error, signal, limits);
    if (failure !== error) rt.log.warn({ err: error, generation_id: ref.id, stage: name }, 'a stage failed');
    return (await report(rt, ref, name, attempt, failure)) ? Promise.reject(failure) : null;
  } finally {
    release();
  }
}

/** Work that does not heed its signal is left to itself: a stage ends in time whatever its parts do. */
function orAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    work.then(resolve, reject);
  });
}

function asPipelineError(error: unknown, signal: AbortSignal, limits: Limits): PipelineError {
  if (signal.aborted) return new PipelineError(limits.timeoutCode, `not done within ${limits.limitMs / 1000} s`, false, { cause: error });
  if (isPipelineError(error)) return error;
  return new PipelineError(limits.code, 'the stage failed unexpectedly', true, { cause: error });
}

const isStage = (name: StageName): name is Stage => name !== 'source' && name !== 'vision' && name !== 'r2_write';

/** The event of a moment in a stage, where the closed enum has one. */
function eventOf(name: StageName, moment: 'started' | 'completed' | 'failed'): Pick<NewEvent, 'type' | 'stage'> | null {
  if (isStage(name)) return { type: `stage_${moment}`, stage: name };
  if (name === 'vision') return { type: `vision_${moment}` };
  return name === 'r2_write' && moment === 'completed' ? { type: 'r2_write_completed' } : null;
}

async function begin(rt: Runtime, ref: Ref, name: StageName, attempt: number, atMs: number): Promise<boolean> {
  const event = eventOf(name, 'started');
  return noteStage(rt, ref, { begun: name, atMs: rt.clock.now() }, event && { generation: ref, ...event, attempt, atMs });
}

async function complete(rt: Runtime, ref: Ref, name: StageName, attempt: number, latencyMs: number): Promise<boolean> {
  const event = eventOf(name, 'completed');
  return noteStage(rt, ref, { completed: name, latencyMs }, event && { generation: ref, ...event, attempt, latencyMs, atMs: rt.clock.now() });
}

async function report(rt: Runtime, ref: Ref, name: StageName, attempt: number, failure: PipelineError): Promise<boolean> {
  const atMs = rt.clock.now();
  const told = { generation: ref, attempt, errorCode: failure.code, errorMsg: failure.message, atMs };
  return transaction(rt, async (tx, wake) => {
    if (!(await lockAsset(tx, ref.assetId))) return false;
    const running = await tx.generation.count({ where: { id: ref.id, status: 'running' } });
    if (running === 0) return false;
    const event = eventOf(name, 'failed');
    if (event) await appendEvent(tx, wake, { ...told, ...event });
    if (failure.transient && attempt < MAX_ATTEMPTS) {
      await appendEvent(tx, wake, { ...told, type: 'retry_scheduled', ...(isStage(name) ? { stage: name } : {}) });
    }
    return true;
  });
}

/** Where a stage begins and ends within a whole run, as fractions: roughly the time each takes. */
const shares: Record<StageName, [number, number]> = {
  source: [0, 0.04],
  vision: [0.04, 0.08],
  single: [0.08, 0.95],
  stage1: [0.08, 0.5],
  stage2: [0.5, 0.9],
  merge: [0.9, 0.96],
  r2_write: [0.96, 1],
};

const PROGRESS_EVERY_MS = 150;

/** Renderers report each frame; watchers want a few updates a second. */
function throttled(rt: Runtime, publish: (fraction: number) => void): (fraction: number) => void {
  let lastMs = 0;
  return (fraction) => {
    if (rt.clock.now() - lastMs < PROGRESS_EVERY_MS) return;
    lastMs = rt.clock.now();
    publish(fraction);
  };
}

function publishProgress(rt: Runtime, ref: Ref, stage: StageName, stageFraction: number): void {
  const [from, to] = shares[stage];
  const fraction = from + (to - from) * Math.min(1, Math.max(0, stageFraction));
  const elapsedMs = rt.clock.now() - ref.startedAtMs;
  const eta = fraction > 0 ? Math.round((elapsedMs / fraction) * (1 - fraction)) : null;
  const payload = { generation: ref.number, generation_id: ref.id, stage, fraction: Math.round(fraction * 1000) / 1000, eta_ms: eta };
  rt.bus.publish(progressChannel(ref.assetId), JSON.stringify(payload));
}
