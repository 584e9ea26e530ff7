/**
 * Stands between an executor and the SDK's handler, in process or behind HTTP, and writes down every call request and
 * its answer (SDK specification 4.4). It changes neither.
 */
export type Handler = (req: Request) => Promise<Response>;

/** A finished step as a call carries it; the SDK takes what has no such form for bare data (inngest 4.24 `api/schema`). */
export type Memo = { data: unknown } | { error: { name?: string; message?: string; stack?: string } };

export interface Op {
  id: string;
  op: string;
  name?: string;
  displayName?: string;
  opts?: Record<string, unknown>;
  data?: unknown;
  error?: { name?: string; message?: string };
}

export interface Ctx {
  run_id: string;
  attempt: number;
  max_attempts?: number;
  disable_immediate_execution: boolean;
  use_api: boolean;
  stack: { stack: string[]; current: number };
}

export type Event = { id?: string; name: string; data: Record<string, unknown>; ts?: number };

export interface Answer {
  status: number;
  headers: Headers;
  /** Of a 206. */
  ops: Op[];
  body: unknown;
}

export interface Call {
  fnId: string;
  /** `step` asks what comes next; an id asks for that planned step. */
  stepId: string;
  ctx: Ctx;
  event: Event;
  events: Event[];
  memo: Map<string, Memo>;
  headers: Headers;
  /** As it came, which is what its signature is over. */
  text: string;
  /** Places among all beginnings and ends, which tell the order where the clock does not. */
  begun: number;
  ended: number;
  begunMs: number;
  endedMs: number;
  answer?: Answer;
}

export interface RunLog {
  runId: string;
  fnId: string;
  calls: Call[];
}

export class ProtocolLog {
  private readonly byRun = new Map<string, RunLog>();
  private moments = 0;

  wrap(handler: Handler): Handler {
    return async (req) => {
      const fnId = new URL(req.url).searchParams.get('fnId');
      if (req.method !== 'POST' || !fnId) return handler(req);
      const text = await req.text();
      const call = this.begin(fnId, req, text);
      const res = await handler(new Request(req.url, { method: 'POST', headers: req.headers, body: text }));
      const answered = await res.text();
      call.answer = readAnswer(res, answered);
      call.ended = ++this.moments;
      call.endedMs = Date.now();
      return new Response(answered, { status: res.status, headers: res.headers });
    };
  }

  run(runId: string): RunLog | undefined {
    return this.byRun.get(runId);
  }

  of(fnId: string): RunLog[] {
    return [...this.byRun.values()].filter((run) => run.fnId === fnId);
  }

  /** Runs of this test, those of onFailure handlers included. */
  tagged(tag: string): RunLog[] {
    return [...this.byRun.values()].filter((run) => {
      const data = run.calls[0]?.event.data as { tag?: unknown; event?: { data?: { tag?: unknown } } } | undefined;
      return data?.tag === tag || data?.event?.data?.tag === tag;
    });
  }

  private begin(fnId: string, req: Request, text: string): Call {
    const body = JSON.parse(text) as { ctx: Ctx; event: Event; events: Event[]; steps?: Record<string, unknown> };
    const call: Call = {
      fnId,
      stepId: new URL(req.url).searchParams.get('stepId') ?? '',
      ctx: { ...body.ctx, stack: { current: body.ctx.stack.current, stack: body.ctx.stack.stack ?? [] } },
      event: body.event,
      events: body.events,
      memo: new Map(Object.entries(body.steps ?? {}).map(([id, value]) => [id, readMemo(value)])),
      headers: new Headers(req.headers),
      text,
      begun: ++this.moments,
      ended: Infinity,
      begunMs: Date.now(),
      endedMs: Infinity,
    };
    const run = this.byRun.get(call.ctx.run_id) ?? { runId: call.ctx.run_id, fnId, calls: [] };
    run.calls.push(call);
    this.byRun.set(run.runId, run);
    return call;
  }
}

function readMemo(value: unknown): Memo {
  if (typeof value === 'object' && value !== null) {
    const keys = Object.keys(value).filter((key) => key !== 'type');
    if (keys.length === 1 && (keys[0] === 'data' || keys[0] === 'error')) return value as Memo;
  }
  return { data: value };
}

function readAnswer(res: Response, text: string): Answer {
  const body: unknown = text === '' ? null : JSON.parse(text);
  return { status: res.status, headers: res.headers, ops: res.status === 206 ? (body as Op[]) : [], body };
}
