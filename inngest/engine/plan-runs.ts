import { createHash } from 'node:crypto';
import { ulid } from 'ulid';
import { canonicalJson } from './json';
import { isTriggered, type ServedFunction } from './registry';
import type { NewEvent, NewRun } from './store/ingest';
import { EventError, type EventPayload } from './types';

export interface PreparedEvent extends NewEvent {
  /** The event as expressions and functions see it. */
  value: Record<string, unknown>;
}

/** Gives an event its id and time and its canonical text. @throws EventError when it has no usable name. */
export function prepareEvent(event: EventPayload, now: number, fallbackId: string = ulid(now)): PreparedEvent {
  if (typeof event?.name !== 'string' || event.name === '') throw new EventError('an event needs a name');
  if (event.id !== undefined && typeof event.id !== 'string') throw new EventError(`event "${event.name}": id must be text`);
  const value = { ...event, id: event.id || fallbackId, ts: event.ts ?? now, data: event.data ?? {} };
  return { id: value.id, name: event.name, payload: canonicalJson(value), value };
}

/** The same id for the n-th event of the same request, so that the SDK's own retry of a send is not a second event. */
export function seededId(seed: string, index: number): string {
  return createHash('sha256').update(`${seed}#${index}`).digest('hex').slice(0, 32);
}

/** The runs an event starts. */
export function planRuns(functions: Iterable<ServedFunction>, event: PreparedEvent, now: number): NewRun[] {
  const runs: NewRun[] = [];
  for (const fn of functions) {
    if (isTriggered(fn, event.name, event.value)) runs.push(newRun(fn, event, now));
  }
  return runs;
}

/** One run of one function for an event. */
export function newRun(fn: ServedFunction, event: PreparedEvent, now: number, parent?: { runId: string; stepId: string }): NewRun {
  const [first, second] = fn.limits;
  return {
    id: ulid(now),
    function_id: fn.id,
    event_id: event.id,
    event: event.payload,
    created_at: now,
    queue_at: Math.round(now - fn.priority(event.value) * 1000),
    limit_key1: first?.keyFor(event.value) ?? null,
    limit1: first?.count ?? null,
    limit_key2: second?.keyFor(event.value) ?? null,
    limit2: second?.count ?? null,
    start_by: fn.startMs === undefined ? null : now + fn.startMs,
    finish_within: fn.finishMs ?? null,
    idempotency_key: parent ? null : (fn.idempotencyKey?.(event.value) ?? null),
    parent_run_id: parent?.runId ?? null,
    parent_step_id: parent?.stepId ?? null,
  };
}
