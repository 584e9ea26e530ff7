import type { Model } from './models';

export type Status = 'starting' | 'processing' | 'succeeded' | 'failed' | 'canceled' | 'aborted';
export type WebhookEvent = 'start' | 'output' | 'logs' | 'completed';
export type Input = Record<string, unknown>;

/** What goes wrong with a prediction's webhooks. Plain data, so that it also travels over the control API. */
export interface WebhookMischief {
  /** Never sent. */
  lose?: boolean;
  /** Sent this often in all, with one id. */
  copies?: number;
  /** Sent later by this much; `{ start: 60_000 }` lets the start come behind the end. */
  delayMs?: number | Partial<Record<WebhookEvent, number>>;
  /** The signed timestamp is older than the sending by this much: a replay. */
  agedSeconds?: number;
  /** Signed with a secret that isn't ours. */
  forge?: boolean;
}

export interface ClipChange {
  seconds?: number;
  fps?: number;
  width?: number;
  height?: number;
  audio?: boolean;
}

/**
 * What a prediction does. Plain data; what isn't said is as the real service would do it: `succeeded` with a clip of the
 * asked kind. Ready-made ones are in `behaviours.ts`.
 */
export interface Behaviour {
  /** From creation to `processing`. */
  startAfterMs?: number;
  /** From creation to the end; null: never by itself. */
  afterMs?: number | null;
  /** Ends as `failed` with this error. */
  error?: string;
  /** What stands behind the output URL. */
  output?: 'clip' | 'html' | 'png' | 'truncated' | 'empty' | 'missing' | 'hang' | 'redirect';
  /** One URI or a list of them; else as the model does it. */
  shape?: 'single' | 'array';
  /** The clip is other than asked. */
  clip?: ClipChange;
  /** The answer of a language model. */
  text?: string;
  webhooks?: WebhookMischief;
}

/** A prediction as the stand-in keeps it; `predictions()` and `outputFor` see it like this. */
export interface PredictionRecord {
  /** Counts creations. */
  seq: number;
  id: string;
  model: Model;
  /** As it came in. */
  input: Input;
  /** Members of the input that the model doesn't know; the real service drops them without a word. */
  unknownInput: string[];
  webhook?: string;
  webhookEvents: WebhookEvent[];
  createdAt: number;
  startsAt: number;
  endsAt: number | null;
  deadline: number | null;
  status: Status;
  startedAt?: number;
  endedAt?: number;
  logs: string;
  output: unknown;
  error: string | null;
  behaviour: Behaviour;
  /** The bytes of its image inputs, as they were when it started. */
  images: Record<string, Uint8Array>;
  imageProblem?: string;
}

/** A file behind an output URL. */
export interface OutputFile {
  bytes: Uint8Array;
  contentType: string;
}

/** Where one thing of the stand-in is looked for; all that is given must fit. */
export interface PredictionMatch {
  model?: string;
  /** These members of the input are exactly so. */
  input?: Input;
}

/** A part of the API that is out of order. */
export interface Fault {
  method?: string;
  /** What the path must fit: a regular expression, from another process as its source (`/predictions$`). */
  path?: string | RegExp;
  times?: number;
  /** `cut`: the answer begins, and breaks off in its body; the request took effect. */
  how: number | 'hang' | 'reset' | 'cut';
  /** The request took effect, and only its answer is lost. */
  afterEffect?: boolean;
}

export const isTerminal = (status: Status) => status !== 'starting' && status !== 'processing';
