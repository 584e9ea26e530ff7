import type { Clock } from '@/lib/clock';
import { deliveryId, resourceId } from './ids';
import type { Model } from './models';
import { type Behaviour, type Input, isTerminal, type PredictionMatch, type PredictionRecord, type WebhookEvent } from './types';

/** Seconds after which a prediction's input, output and logs are gone. Source: the HTTP reference, "Get a prediction". */
const KEPT_MS = 3_600_000;
/** Output and log webhooks of one prediction come at most this often. Source: the HTTP reference, `webhook_events_filter`. */
const THROTTLE_MS = 500;

export interface NewPrediction {
  model: Model;
  input: Input;
  webhook?: string;
  webhookEvents: WebhookEvent[];
  behaviour: Behaviour;
  cancelAfterMs?: number;
  imageProblem?: string;
}

interface Ports {
  clock: Clock;
  /** From creation to `processing`, and to the end, where a behaviour doesn't say. */
  startAfterMs: number;
  afterMs: number;
  deliveryUrl: string;
  /** The bytes of an input's files; a string says why one can't be had. */
  readImages(model: Model, input: Input): Record<string, Uint8Array> | string;
  happened(prediction: PredictionRecord, event: WebhookEvent, at: number): void;
}

export type Predictions = ReturnType<typeof makePredictions>;

/** All predictions that were ever created, and how they go on as the clock does. Nothing here waits. */
export function makePredictions(ports: Ports) {
  const all: PredictionRecord[] = [];
  const byId = new Map<string, PredictionRecord>();
  const live = new Set<PredictionRecord>();
  const lastNews = new Map<PredictionRecord, number>();

  function create(made: NewPrediction): PredictionRecord {
    const { behaviour, cancelAfterMs, ...rest } = made;
    const createdAt = ports.clock.now();
    const startAfter = behaviour.startAfterMs ?? Math.min(ports.startAfterMs, behaviour.afterMs ?? Infinity);
    const endsAt = behaviour.afterMs === null ? null : createdAt + Math.max(startAfter, behaviour.afterMs ?? ports.afterMs);
    const record: PredictionRecord = {
      ...rest,
      seq: all.length + 1,
      id: resourceId(),
      unknownInput: Object.keys(made.input).filter((name) => !made.model.fields[name]),
      createdAt,
      startsAt: createdAt + startAfter,
      endsAt,
      deadline: cancelAfterMs === undefined ? null : createdAt + cancelAfterMs,
      status: 'starting',
      logs: '',
      output: null,
      error: null,
      behaviour,
      images: {},
    };
    all.push(record);
    byId.set(record.id, record);
    live.add(record);
    return record;
  }

  function news(record: PredictionRecord, event: WebhookEvent, at: number): void {
    if (!record.webhookEvents.includes(event)) return;
    if (event === 'logs' || event === 'output') {
      if (at - (lastNews.get(record) ?? -Infinity) < THROTTLE_MS) return;
      lastNews.set(record, at);
    }
    ports.happened(record, event, at);
  }

  function start(record: PredictionRecord, at: number): void {
    record.status = 'processing';
    record.startedAt = at;
    const images = ports.readImages(record.model, record.input);
    if (typeof images === 'string') record.imageProblem = images;
    else record.images = images;
    news(record, 'start', at);
    record.logs = `Using seed: ${typeof record.input.seed === 'number' ? record.input.seed : record.seq}\n  0%|          | 0/30 [00:00<?, ?it/s]\n`;
    news(record, 'logs', at);
  }

  function end(record: PredictionRecord, status: PredictionRecord['status'], at: number): void {
    live.delete(record);
    const error = record.imageProblem ?? record.behaviour.error;
    if (status === 'succeeded' && error !== undefined) {
      status = 'failed';
      record.error = error;
      record.logs += `Traceback (most recent call last):\n  File "/src/predict.py", line 1, in predict\n${error}\n`;
    }
    if (status === 'succeeded') {
      record.logs += '100%|██████████| 30/30 [00:03<00:00,  9.61it/s]\n';
      record.output = outputOf(record, ports.deliveryUrl);
      news(record, 'output', at);
    }
    record.status = status;
    record.endedAt = at;
    ports.happened(record, 'completed', at);
  }

  /** Lets everything happen that is due. */
  function advance(): void {
    const now = ports.clock.now();
    for (const record of [...live]) {
      const deadline = record.deadline ?? Infinity;
      if (record.status === 'starting' && record.startsAt <= Math.min(now, deadline)) start(record, record.startsAt);
      if (record.status === 'processing' && (record.endsAt ?? Infinity) <= Math.min(now, deadline)) end(record, 'succeeded', record.endsAt!);
      // Not begun: aborted. Source: `status` in the service's OpenAPI document.
      else if (deadline <= now) end(record, record.status === 'starting' ? 'aborted' : 'canceled', deadline);
    }
  }

  /** Ends a prediction now; one that has ended stays as it is. */
  function settle(record: PredictionRecord, status: PredictionRecord['status'], change: Behaviour = {}): void {
    advance();
    if (isTerminal(record.status)) return;
    const now = ports.clock.now();
    record.behaviour = { ...record.behaviour, ...change };
    if (record.status === 'starting' && (status === 'succeeded' || status === 'failed')) start(record, now);
    end(record, status === 'failed' ? 'succeeded' : status, now);
  }

  const matching = (match: PredictionMatch = {}) =>
    all.filter(
      ({ model, input }) =>
        (match.model === undefined || match.model === model.name) &&
        Object.entries(match.input ?? {}).every(([name, value]) => JSON.stringify(input[name]) === JSON.stringify(value)),
    );

  const dataGone = (record: PredictionRecord) => record.endedAt !== undefined && ports.clock.now() - record.endedAt >= KEPT_MS;

  return { all, get: (id: string) => byId.get(id), create, advance, settle, matching, dataGone, live: () => live.size };
}

function outputOf(record: PredictionRecord, deliveryUrl: string): unknown {
  if (record.model.output === 'text') {
    const text = record.behaviour.text ?? 'A calm scene with soft light.';
    return record.behaviour.shape === 'single' ? text : text.match(/[\s\S]{1,12}/g);
  }
  const uri = `${deliveryUrl}/${deliveryId()}/tmp${deliveryId().slice(0, 8).toLowerCase()}.mp4`;
  return record.behaviour.shape === 'array' ? [uri] : uri;
}
