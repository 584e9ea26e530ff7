import type {
  Aspect,
  ClipInfo,
  ClipMoment,
  ConformOptions,
  ImageTraits,
  MergeOptions,
  MergeResult,
  Picture,
  Poster,
  RenderJob,
  RenderResult,
  Seam,
} from './types';

/** Everything a render worker can be asked, and what it answers. */
export interface Tasks {
  render: { input: RenderJob; output: RenderResult };
  merge: { input: { forward: Uint8Array; back: Uint8Array; options: MergeOptions }; output: MergeResult };
  conform: { input: { mp4: Uint8Array; options: ConformOptions }; output: RenderResult };
  clipFrame: { input: { mp4: Uint8Array; moment: ClipMoment; format: 'jpeg' | 'png' }; output: Picture };
  seam: { input: { mp4: Uint8Array }; output: Seam };
  still: { input: { poster: Uint8Array; seconds?: number }; output: RenderResult };
  poster: { input: { source: Uint8Array; aspect: Aspect; maxLongSide?: number }; output: Poster };
  sourceFrame: { input: { source: Uint8Array; aspect: Aspect }; output: Picture };
  inspect: { input: { mp4: Uint8Array }; output: ClipInfo };
  analyse: { input: { source: Uint8Array }; output: ImageTraits };
  warm: { input: null; output: null };
}
export type TaskKind = keyof Tasks;

/** Long tasks get a worker to themselves; short ones run in between, so a poster never waits for a clip. */
export const LONG_TASKS: ReadonlySet<TaskKind> = new Set<TaskKind>(['render', 'merge', 'conform', 'seam', 'warm']);

export interface TaskMessage<K extends TaskKind = TaskKind> {
  id: number;
  kind: K;
  input: Tasks[K]['input'];
  /** Milliseconds since the epoch when the pool took the task. */
  acceptedAt: number;
  /** Shared; [0] becomes 1 when the caller no longer wants the result. */
  control: Int32Array;
}

export type WorkerMessage =
  | { type: 'progress'; id: number; fraction: number }
  | { type: 'done'; id: number; output: unknown }
  | { type: 'failed'; id: number; code: string; message: string };
