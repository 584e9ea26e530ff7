import { lockAsset } from '../assets/lock-asset';
import { transaction } from '../database/transaction';
import type { Stage } from '../events/event-types';
import { addMessage } from '../outbox/add-message';
import type { Runtime } from '../runtime';
import { isUpload, uploadKeyOf, uploadObject } from '../sources/canonical-source';
import { readSource } from '../sources/read-source';
import { type FinishedClip, GRACE_MS } from './finalize-generation';
import { PipelineError } from './pipeline-error';
import { isPause } from './providers';
import { runStage, type Waiting } from './run-stage';
import type { StartedGeneration } from './start-generation';
import { clipKey, posterKey, workKey } from './work-keys';

const VISION_LIMIT_MS = 30_000;
const MOST_PROMPT_CHARS = 2000;
const PREDICTION_LIMIT_MS = 5 * 60_000;
const STORE_LIMIT_MS = 60_000;

/** Reads the source once, for all stages, and makes its poster. @returns null when the generation has ended. */
export async function takeSource(rt: Runtime, run: StartedGeneration, attempt: number): Promise<{ blurDataUrl: string } | null> {
  const limits = { limitMs: VISION_LIMIT_MS, code: 'source_unfetchable', timeoutCode: 'source_unfetchable', attempt } as const;
  return runStage(rt, run, 'source', limits, async ({ signal }) => {
    const source = await readSource(rt, run.src, { signal });
    if (!isUpload(run.src)) await rt.storage.put(workKey(run.id, 'source'), source.bytes, `image/${source.type}`);
    const poster = await rt.media.poster(source.bytes, run.aspect);
    const key = posterKey(run.assetId, run.id);
    signal.throwIfAborted();
    await rt.storage.put(key, poster.jpg, 'image/jpeg');
    await showPoster(rt, run, key, poster.blurDataUrl);
    return { blurDataUrl: poster.blurDataUrl };
  });
}

/** Until there is a clip, the newest source is what the poster URL shows. */
async function showPoster(rt: Runtime, run: StartedGeneration, key: string, blurDataUrl: string): Promise<void> {
  // A run that has ended meanwhile must not put its poster in the next one's place, and that one away.
  const running = { some: { id: run.id, status: 'running' } };
  const shows = { id: run.assetId, currentGenerationId: null, generations: running, OR: [{ posterKey: null }, { posterKey: { not: key } }] };
  if ((await rt.db.asset.count({ where: shows })) === 0) return;
  await transaction(rt, async (tx, wake) => {
    if (!(await lockAsset(tx, run.assetId))) return;
    const asset = await tx.asset.findFirst({ where: shows, select: { posterKey: true } });
    if (!asset) return;
    await tx.asset.update({ where: { id: run.assetId }, data: { posterKey: key, blurDataUrl } });
    const old = asset.posterKey;
    if (old) await addMessage(tx, wake, `expire/${old}`, { kind: 'objects.delete', keys: [old] }, rt.clock.now() + GRACE_MS);
  });
}

/** Writes the brand-aware motion prompt with the brand as it is now. @returns null when the generation has ended. */
export async function writePrompt(rt: Runtime, run: StartedGeneration, attempt: number): Promise<{ prompt: string } | null> {
  const limits = { limitMs: VISION_LIMIT_MS, code: 'vision_timeout', timeoutCode: 'vision_timeout', attempt } as const;
  return runStage(rt, run, 'vision', limits, async ({ signal }) => {
    const project = await brandOf(rt, run);
    const source = await sourceOf(rt, run);
    const prompt = await rt.prompts.describe({ generationId: run.id, source, brand: project.brand, motion: run.motion, mode: run.mode }, { signal });
    const text = prompt.slice(0, MOST_PROMPT_CHARS);
    await notePrompt(rt, run, { text, source: 'vision' }, project.brandVersion);
    return { prompt: text };
  });
}

/** The brand as it is now, and which version of it that is. */
const brandOf = (rt: Runtime, run: StartedGeneration) =>
  rt.db.project.findFirstOrThrow({ where: { assets: { some: { id: run.assetId } } }, select: { brand: true, brandVersion: true } });

/** Notes a prompt that came with the call or the embed URL. */
export async function usePrompt(rt: Runtime, run: StartedGeneration, prompt: NonNullable<StartedGeneration['prompt']>): Promise<void> {
  await notePrompt(rt, run, prompt, (await brandOf(rt, run)).brandVersion);
}

async function notePrompt(rt: Runtime, { id }: StartedGeneration, { text, source }: { text: string; source: string }, brandVersion: number): Promise<void> {
  await rt.db.generation.updateMany({ where: { id }, data: { prompt: text, promptSource: source, brandVersion } });
}

/** The source's bytes. What was fetched is kept for the run; an upload stays where it is. */
const sourceOf = (rt: Runtime, { id, src }: StartedGeneration) => rt.storage.readAll(isUpload(src) ? uploadObject(uploadKeyOf(src)) : workKey(id, 'source'));

const segments = { single: 'whole', stage1: 'forward', stage2: 'back' } as const;

export type MotionStage = keyof typeof segments;

/**
 * One prediction: moving pictures from the source. A model elsewhere may keep us waiting: then it is called again, with
 * what the last call returned. @returns null when the generation has ended.
 */
export async function animate(
  rt: Runtime,
  run: StartedGeneration,
  { stage, prompt, attempt, begunMs }: { stage: MotionStage; prompt: string; attempt: number; begunMs?: number },
): Promise<{ key: string } | Waiting | null> {
  const limits = { limitMs: PREDICTION_LIMIT_MS, code: 'i2v_failed', timeoutCode: 'i2v_timeout', attempt, begunMs } as const;
  return runStage(rt, run, stage, limits, async (context) => {
    const source = await sourceOf(rt, run);
    const { model, motion, mode, durSeconds, seed, aspect } = run;
    const forward = () => rt.storage.readAll(workKey(run.id, 'stage1'));
    const request = { generationId: run.id, model, source, prompt, motion, mode, durSeconds, seed, aspect, segment: segments[stage], forward };
    const made = await rt.motion.animate(request, context);
    return isPause(made) ? made : keep(rt, run, stage, made, context.signal);
  });
}

/** Joins the stages of a loop. @returns null when the generation has ended. */
export async function mergeStages(rt: Runtime, run: StartedGeneration, attempt: number): Promise<{ key: string; loopMode: 'native' | 'crossfade' } | null> {
  const limits = { limitMs: STORE_LIMIT_MS, code: 'merge_failed', timeoutCode: 'merge_failed', attempt } as const;
  return runStage(rt, run, 'merge', limits, async (context) => {
    const [forward, back] = await Promise.all((['stage1', 'stage2'] as const).map((name) => rt.storage.readAll(workKey(run.id, name))));
    const { model, durSeconds } = run;
    const { mp4, loopMode } = await rt.motion.merge({ model, forward: forward!, back: back!, durSeconds }, context);
    return { ...(await keep(rt, run, 'merge', mp4, context.signal)), loopMode };
  });
}

/** What comes too late is not kept: nobody would clear it away. */
async function keep(rt: Runtime, run: StartedGeneration, stage: Stage, mp4: Uint8Array, signal: AbortSignal): Promise<{ key: string }> {
  signal.throwIfAborted();
  const key = workKey(run.id, stage);
  await rt.storage.put(key, mp4, 'video/mp4');
  return { key };
}

/** Checks the finished clip and writes it under the generation's own name. @returns null when the generation has ended. */
export async function storeClip(
  rt: Runtime,
  run: StartedGeneration,
  made: { key: string; loopMode: 'native' | 'crossfade' | null; blurDataUrl: string },
  attempt: number,
): Promise<FinishedClip | null> {
  const limits = { limitMs: STORE_LIMIT_MS, code: 'r2_write_failed', timeoutCode: 'r2_write_failed', attempt } as const;
  return runStage(rt, run, 'r2_write', limits, async ({ signal }) => {
    const clip = await rt.media.finish(await rt.storage.readAll(made.key), { durSeconds: run.durSeconds });
    if (clip.mp4.byteLength === 0) throw new PipelineError('i2v_failed', 'the clip is empty');
    const key = clipKey(run.assetId, run.id);
    signal.throwIfAborted();
    await rt.storage.put(key, clip.mp4, 'video/mp4');
    const { width, height, durationMs } = clip;
    return {
      clipKey: key,
      posterKey: posterKey(run.assetId, run.id),
      blurDataUrl: made.blurDataUrl,
      loopMode: made.loopMode,
      bytes: clip.mp4.byteLength,
      width,
      height,
      durationMs,
    };
  });
}
