import { json, notFound } from './answers';
import type { StandIn } from './stand-in';
import type { Behaviour, Fault, PredictionMatch, PredictionRecord, WebhookEvent, WebhookMischief } from './types';

/** A prediction as another process sees it: without the bytes of its images. */
export type PredictionFacts = Omit<PredictionRecord, 'model' | 'images'> & { model: string };

const facts = ({ model, images: _, ...rest }: PredictionRecord): PredictionFacts => ({ ...rest, model: model.name });

type Match = string | PredictionMatch;

/** The control methods that other processes have. Arguments and results are JSON. */
const VERBS = {
  script: (standIn: StandIn, matcher: Match, behaviours: Behaviour[]) => standIn.script(matcher, ...behaviours),
  always: (standIn: StandIn, matcher: Match, behaviour: Behaviour) => standIn.always(matcher, behaviour),
  clearScript: (standIn: StandIn) => standIn.clearScript(),
  finish: (standIn: StandIn, id: string, change?: Behaviour) => standIn.finish(id, change),
  fail: (standIn: StandIn, id: string, error?: string) => standIn.fail(id, error),
  cancel: (standIn: StandIn, id: string) => standIn.cancel(id),
  abort: (standIn: StandIn, id: string) => standIn.abort(id),
  predictions: (standIn: StandIn, match?: PredictionMatch) => standIn.predictions(match).map(facts),
  count: (standIn: StandIn, match?: PredictionMatch) => standIn.count(match),
  running: (standIn: StandIn) => standIn.running(),
  files: (standIn: StandIn) => standIn.files(),
  filesUploaded: (standIn: StandIn) => standIn.filesUploaded(),
  webhooks: (standIn: StandIn) => standIn.webhooks(),
  webhooksWaiting: (standIn: StandIn) => standIn.webhooksWaiting(),
  sendWebhook: (standIn: StandIn, id: string, event?: WebhookEvent, mischief?: WebhookMischief) => standIn.sendWebhook(id, event, mischief),
  rateLimit: (standIn: StandIn, times: number, seconds: number, path?: string) => standIn.rateLimit(times, seconds, path),
  setCredit: (standIn: StandIn, has: boolean) => standIn.setCredit(has),
  breakNext: (standIn: StandIn, fault: Fault) => standIn.breakNext(fault),
  mend: (standIn: StandIn) => standIn.mend(),
  counts: (standIn: StandIn) => standIn.counts(),
  requests: (standIn: StandIn) => standIn.requests(),
} as const;
type Verbs = typeof VERBS;

/** `POST /__control/{verb}` with the arguments as a JSON list; the result as `{ "result": … }`. GET does for verbs without arguments. */
export async function control(standIn: StandIn, request: Request): Promise<Response> {
  const verb = new URL(request.url).pathname.slice('/__control/'.length);
  if (!Object.hasOwn(VERBS, verb)) return notFound();
  const call = VERBS[verb as keyof Verbs] as (standIn: StandIn, ...args: unknown[]) => unknown;
  try {
    const args = request.method === 'POST' ? ((await request.json()) as unknown[]) : [];
    return json({ result: (await call(standIn, ...args.map((arg) => arg ?? undefined))) ?? null });
  } catch (error) {
    return json({ error: (error as Error).message }, 400);
  }
}

export type RemoteStandIn = {
  [V in keyof Verbs]: Verbs[V] extends (standIn: StandIn, ...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : never;
};

/** The control methods of a stand-in in another process; `url` as `serve.ts` prints it, without `/v1`. */
export function remoteStandIn(url: string): RemoteStandIn {
  const callVerb = async (verb: string, args: unknown[]) => {
    const answer = await fetch(`${url}/__control/${verb}`, { method: 'POST', body: JSON.stringify(args) });
    const { result, error } = (await answer.json()) as { result?: unknown; error?: string };
    if (!answer.ok) throw new Error(`${verb}: ${error}`);
    return result;
  };
  const verbs = Object.keys(VERBS).map((verb) => [verb, (...args: unknown[]) => callVerb(verb, args)]);
  return Object.fromEntries(verbs) as RemoteStandIn;
}
