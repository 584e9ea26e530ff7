import path from 'node:path';
import os from 'node:os';
import { Worker } from 'node:worker_threads';
import { LONG_TASKS, type TaskKind, type TaskMessage, type Tasks, type WorkerMessage } from './protocol';
import { RenderError, type RenderErrorCode } from './render-error';
import type { RenderOptions } from './types';

interface Pending {
  message: TaskMessage;
  resolve: (output: unknown) => void;
  reject: (error: Error) => void;
  onProgress?: (fraction: number) => void;
  /** Its caller was already answered (cancelled); the worker is still busy with it. */
  answered: boolean;
}

interface Slot {
  worker: Worker;
  running: Map<number, Pending>;
}

/** The pool's own state and what one may ask of it. */
export interface Pool {
  run<K extends TaskKind>(kind: K, input: Tasks[K]['input'], options?: RenderOptions): Promise<Tasks[K]['output']>;
  warm(): Promise<void>;
  close(): Promise<void>;
  /** For tests and health pages. */
  readonly slots: (Slot | undefined)[];
  readonly queue: Pending[];
}

const KEY = Symbol.for('motioness.render.pool');

/** The process's one pool. It lives on globalThis because bundlers copy module code. */
export function renderPool(): Pool {
  const home = globalThis as { [KEY]?: Pool };
  return (home[KEY] ??= makePool(Math.max(1, Math.min(2, os.availableParallelism()))));
}

/** Makes a pool of at most `size` workers, started when first needed. Use `renderPool` outside of tests. */
export function makePool(size: number): Pool {
  const slots: (Slot | undefined)[] = Array.from({ length: size }, () => undefined);
  const queue: Pending[] = [];
  let nextId = 1;
  let closed = false;

  function start(index: number): Slot {
    // Not `new Worker(…)`: Turbopack would bundle the entry, whose own imports must stay with Node.
    const worker = Reflect.construct(Worker, [path.join(process.cwd(), 'worker', 'render.mjs'), { execArgv: [], name: `render-${index}` }]);
    const slot: Slot = { worker, running: new Map() };
    let reason = 'it stopped';
    worker.unref();
    worker.on('message', (message: WorkerMessage) => receive(slot, message));
    worker.on('error', (error) => (reason = error instanceof Error ? error.message : String(error)));
    worker.on('exit', () => {
      if (slots[index] === slot) slots[index] = undefined;
      const lost = [...slot.running.values()];
      slot.running.clear();
      const failure = closed
        ? new RenderError('renderer_closed', 'The renderer was closed.')
        : new RenderError('renderer_crashed', `The render worker crashed: ${reason}.`);
      for (const pending of lost) pending.reject(failure);
      if (!closed) dispatch();
    });
    slots[index] = slot;
    return slot;
  }

  function receive(slot: Slot, message: WorkerMessage): void {
    const pending = slot.running.get(message.id);
    if (!pending) return;
    if (message.type === 'progress') {
      if (!pending.answered) pending.onProgress?.(message.fraction);
      return;
    }
    slot.running.delete(message.id);
    if (!slot.running.size) slot.worker.unref();
    if (message.type === 'done') pending.resolve(message.output);
    else pending.reject(new RenderError(message.code as RenderErrorCode, message.message));
    dispatch();
  }

  const hasLong = (slot: Slot) => [...slot.running.values()].some((pending) => LONG_TASKS.has(pending.message.kind));

  /** The slot for a task, or -1: a free one for long tasks, the least busy for short ones. */
  function choose(kind: TaskKind): number {
    let best = -1;
    let load = Infinity;
    slots.forEach((slot, index) => {
      if (slot && LONG_TASKS.has(kind) && hasLong(slot)) return;
      // A running worker before a new one, and an idle one before all.
      const here = slot ? slot.running.size : 0.5;
      if (here < load) [best, load] = [index, here];
    });
    return best;
  }

  function dispatch(): void {
    for (let i = 0; i < queue.length; ) {
      const pending = queue[i]!;
      const index = choose(pending.message.kind);
      if (index < 0) {
        i++;
        continue;
      }
      queue.splice(i, 1);
      assign(slots[index] ?? start(index), pending);
    }
  }

  function assign(slot: Slot, pending: Pending): void {
    slot.running.set(pending.message.id, pending);
    slot.worker.ref();
    slot.worker.postMessage(pending.message);
  }

  function pendingFor(kind: TaskKind, input: unknown, options: RenderOptions, resolve: Pending['resolve'], reject: Pending['reject']): Pending {
    return {
      message: {
        id: nextId++,
        kind,
        input: input as never,
        acceptedAt: performance.timeOrigin + performance.now(),
        control: new Int32Array(new SharedArrayBuffer(4)),
      },
      resolve,
      reject,
      onProgress: options.onProgress,
      answered: false,
    };
  }

  /** Lets a worker come to rest before it ends: native work in flight in an ending thread aborts the process. */
  async function stop(slot: Slot, failure: Error): Promise<void> {
    const resting = [...slot.running.values()].map(
      (pending) =>
        new Promise<void>((resolve) => {
          Atomics.store(pending.message.control, 0, 1);
          pending.reject(failure);
          pending.answered = true;
          pending.resolve = pending.reject = () => resolve();
        }),
    );
    await Promise.all(resting);
    await slot.worker.terminate();
  }

  const cancelled = () => new RenderError('cancelled', 'The render was cancelled.');

  return {
    slots,
    queue,
    run(kind, input, options = {}) {
      if (closed) return Promise.reject(new RenderError('renderer_closed', 'The renderer was closed.'));
      if (options.signal?.aborted) return Promise.reject(cancelled());
      return new Promise((resolve, reject) => {
        const settle = () => options.signal?.removeEventListener('abort', abort);
        const pending = pendingFor(
          kind,
          input,
          options,
          (output) => (settle(), resolve(output as never)),
          (error) => (settle(), reject(error)),
        );
        const abort = () => {
          Atomics.store(pending.message.control, 0, 1);
          const waiting = queue.indexOf(pending);
          if (waiting >= 0) queue.splice(waiting, 1);
          pending.answered = true;
          pending.reject(cancelled());
        };
        options.signal?.addEventListener('abort', abort);
        queue.push(pending);
        dispatch();
      });
    },
    async warm() {
      await Promise.all(
        slots.map(async (slot, index) => {
          if (slot) return;
          await new Promise((resolve, reject) => {
            assign(start(index), pendingFor('warm', null, {}, resolve, reject));
          });
        }),
      );
    },
    async close() {
      closed = true;
      const failure = new RenderError('renderer_closed', 'The renderer was closed.');
      for (const pending of queue.splice(0)) pending.reject(failure);
      await Promise.all(slots.map(async (slot) => slot && stop(slot, failure)));
    },
  };
}

/** Ends the process's pool, if there is one; the next render starts a new one. */
export async function closeRenderPool(): Promise<void> {
  const home = globalThis as { [KEY]?: Pool };
  const pool = home[KEY];
  delete home[KEY];
  await pool?.close();
}
