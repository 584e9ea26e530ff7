import os from 'node:os';
import { parentPort } from 'node:worker_threads';
import sharp from 'sharp';
import { analyse } from './analyse';
import { clipFrameHere } from './clip-frame';
import { conformHere } from './conform-clip';
import { inspectMp4 } from './inspect';
import { mergeClips } from './merge-clips';
import { posterImage, sourceImage } from './poster-image';
import type { TaskKind, TaskMessage, Tasks, WorkerMessage } from './protocol';
import { renderClipHere, type RenderedClip, type RenderHooks } from './render-clip';
import { isRenderError } from './render-error';
import { measureSeam } from './seam';
import { stillClip } from './still-clip';

const port = parentPort;
if (!port) throw new Error('worker-main runs in a worker thread');
const send = (message: WorkerMessage, moved: ArrayBuffer[] = []) => port.postMessage(message, moved);

// On Linux this is the calling thread's own, and those x264 starts inherit it: requests go before renders.
if (process.platform === 'linux') os.setPriority(0, os.constants.priority.PRIORITY_BELOW_NORMAL);

/** Every worker wants the same two cores: more threads inside the image library only add switching. */
sharp.concurrency(2);

/** Adds the time to the first frame, and tells progress about fifty times a clip. */
async function timed<C extends RenderedClip>(task: TaskMessage, work: (hooks: RenderHooks) => Promise<C>): Promise<C & { firstFrameMs: number }> {
  let firstFrameMs = -1;
  let told = 0;
  const clip = await work({
    ...hooksOf(task),
    onFrame: (done, total) => {
      if (firstFrameMs < 0) firstFrameMs = epochMs() - task.acceptedAt;
      if (done / total - told < 0.02 && done < total) return;
      told = done / total;
      send({ type: 'progress', id: task.id, fraction: told });
    },
  });
  return { ...clip, firstFrameMs: firstFrameMs < 0 ? epochMs() - task.acceptedAt : firstFrameMs };
}

const hooksOf = (task: TaskMessage) => ({ cancelled: () => Atomics.load(task.control, 0) === 1 });

const epochMs = () => performance.timeOrigin + performance.now();

const HANDLERS: { [K in TaskKind]: (task: TaskMessage<K>) => Promise<Tasks[K]['output']> } = {
  render: (task) => timed(task, (hooks) => renderClipHere(task.input, hooks)),
  merge: (task) => timed(task, (hooks) => mergeClips(task.input.forward, task.input.back, task.input.options, hooks)),
  conform: (task) => timed(task, (hooks) => conformHere(task.input.mp4, task.input.options, hooks)),
  clipFrame: (task) => clipFrameHere(task.input.mp4, task.input.moment, task.input.format, hooksOf(task)),
  seam: (task) => measureSeam(task.input.mp4, hooksOf(task)),
  still: (task) => timed(task, () => stillClip(task.input.poster, task.input.seconds)),
  poster: (task) => posterImage(task.input.source, task.input),
  sourceFrame: (task) => sourceImage(task.input.source, task.input.aspect),
  inspect: (task) => inspectMp4(task.input.mp4),
  analyse: (task) => analyse(task.input.source),
  warm: async () => {
    await warm();
    return null;
  },
};

/** Compiles the hot loops and loads x264 before the first customer comes. */
async function warm(): Promise<void> {
  const source = await sharp({ create: { width: 960, height: 540, channels: 3, background: '#808890', noise: { type: 'gaussian', mean: 128, sigma: 20 } } })
    .png()
    .toBuffer();
  await renderClipHere(
    { source, motion: 'medium', mode: 'loop', durationSeconds: 1, seed: 1, aspect: 'preserve', prompt: '', segment: 'whole' },
    { cancelled: () => false, onFrame: () => undefined },
  );
}

port.on('message', async (task: TaskMessage) => {
  try {
    const handle = HANDLERS[task.kind] as (task: TaskMessage) => Promise<unknown>;
    const output = await handle(task);
    send({ type: 'done', id: task.id, output }, buffersOf(output));
  } catch (error) {
    const code = isRenderError(error) ? error.code : 'render_failed';
    send({ type: 'failed', id: task.id, code, message: error instanceof Error ? error.message : String(error) });
  }
});

// Moved, not copied. Only bytes that own their whole buffer may go: a view into a shared pool must not.
function buffersOf(output: unknown): ArrayBuffer[] {
  if (!output || typeof output !== 'object') return [];
  return Object.values(output).flatMap((value) =>
    value instanceof Uint8Array && value.buffer instanceof ArrayBuffer && value.byteLength === value.buffer.byteLength ? [value.buffer] : [],
  );
}
