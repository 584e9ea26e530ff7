import { createHmac } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Rule } from './rule';

const VALID_MS = 300_000;

/** SDK specification 4.1.3: HMAC-SHA256 over body and time with the bare key, no older than five minutes. */
export const signed: Rule = (run, { signingKey }) => {
  if (!signingKey) return [];
  return run.calls.flatMap((call, n) => {
    const given = new URLSearchParams(call.headers.get('x-inngest-signature') ?? '');
    const t = given.get('t') ?? '';
    const hmac = createHmac('sha256', signingKey.replace(/^signkey-\w+-/, '')).update(call.text).update(t).digest('hex');
    if (given.get('s') !== hmac) return [`call ${n} is not signed with the key`];
    return Math.abs(call.begunMs - Number(t) * 1000) > VALID_MS ? [`call ${n} carries a signature of another time`] : [];
  });
};

/** 4.4.1: a run is of one function, for one event, which each call carries whole, and again in `events`. */
export const oneRun: Rule = (run) =>
  run.calls.flatMap((call, n) => {
    const [first] = run.calls;
    const broken: string[] = [];
    if (call.fnId !== run.fnId) broken.push(`call ${n} is for ${call.fnId}, the run for ${run.fnId}`);
    if (!isDeepStrictEqual(call.event, first?.event)) broken.push(`call ${n} carries another event than the first`);
    if (!isDeepStrictEqual(call.events, [call.event]) && !call.ctx.use_api) broken.push(`call ${n} does not carry its event in events`);
    if (!call.event.id || !call.event.name || typeof call.event.ts !== 'number') broken.push(`call ${n} carries an event without id, name or ts`);
    return broken;
  });

/** 4.4.1: calls ask for `step`, or by its hash for one step; 5.1.2 hashes with SHA-1. */
export const stepIds: Rule = (run) =>
  run.calls.filter(({ stepId }) => stepId !== 'step' && !/^[0-9a-f]{40}$/.test(stepId)).map(({ stepId }) => `"${stepId}" is no step id`);
