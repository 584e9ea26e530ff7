/** Logs as a conforming executor makes them, for the rules' own tests to bend. */
import { createHmac } from 'node:crypto';
import type { Call, Memo, Op, RunLog } from '../protocol-log';

export const signingKey = 'signkey-test-00112233';
export const START_MS = 1_800_000_000_000;

/** 40 hex digits, as a hashed id has. */
export const idOf = (name: string): string => Buffer.from(name.padEnd(20, '.')).toString('hex');

export interface Sketch {
  asks?: string;
  attempt?: number;
  planOnly?: boolean;
  memo?: Record<string, Memo>;
  ops?: Array<Partial<Op> & { op: string; displayName: string }>;
  status?: number;
  headers?: Record<string, string>;
  /** When it begins and ends, in ms after the start; calls are one after the other unless they say so. */
  at?: [number, number];
}

export function sampleLog(sketches: Sketch[], { maxAttempts = 4 } = {}): RunLog {
  const event = { id: 'e1', name: 'contract/x', data: { n: 1 }, ts: START_MS };
  const times = sketches.map((sketch, n) => sketch.at ?? ([n * 10, n * 10 + 5] as const));
  const moments = times.flat().toSorted((a, b) => a - b);
  const calls = sketches.map((sketch, n): Call => {
    const memo = new Map(Object.entries(sketch.memo ?? {}).map(([name, value]) => [idOf(name), value]));
    const [beginAt, endAt] = times[n]!;
    const text = JSON.stringify({ event, n });
    const t = String(Math.floor((START_MS + beginAt) / 1000));
    const s = createHmac('sha256', '00112233').update(text + t).digest('hex');
    const ops = (sketch.ops ?? []).map((op): Op => ({ id: idOf(op.displayName), ...op }));
    return {
      fnId: 'contract-x',
      stepId: sketch.asks ? idOf(sketch.asks) : 'step',
      ctx: {
        run_id: 'r1',
        attempt: sketch.attempt ?? 0,
        max_attempts: maxAttempts,
        disable_immediate_execution: sketch.planOnly ?? false,
        use_api: false,
        stack: { stack: [...memo.keys()], current: memo.size },
      },
      event: structuredClone(event),
      events: [structuredClone(event)],
      memo,
      headers: new Headers({ 'x-inngest-signature': `t=${t}&s=${s}` }),
      text,
      begun: moments.indexOf(beginAt),
      ended: moments.indexOf(endAt),
      begunMs: START_MS + beginAt,
      endedMs: START_MS + endAt,
      answer: { status: sketch.status ?? (ops.length > 0 ? 206 : 200), headers: new Headers(sketch.headers), ops, body: ops.length > 0 ? ops : null },
    };
  });
  return { runId: 'r1', fnId: 'contract-x', calls };
}
