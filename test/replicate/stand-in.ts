import { type Clock, systemClock } from '@/lib/clock';
import { insufficientCredit, notFound } from './answers';
import { clipFor } from './clip';
import { makeFaults } from './faults';
import { makeFiles } from './files';
import { makeReadImages } from './input-images';
import { makeOutputs } from './outputs';
import { listedBody, predictionBody } from './prediction-body';
import { makePredictions } from './predictions';
import { checkToken, findRoute, type RoutePorts } from './routes';
import { makeScript, type Matcher } from './script';
import { type SignedWebhook, webhookRequest } from './sign-webhook';
import { type Behaviour, type Fault, isTerminal, type OutputFile, type PredictionMatch, type PredictionRecord, type WebhookEvent, type WebhookMischief } from './types';
import { makeWebhooks } from './webhooks';

export interface StandInOptions {
  clock?: Clock;
  token?: string;
  /** `whsec_` and base64. */
  webhookSecret?: string;
  /** Where it is mounted, without `/v1`. In process any will do. */
  baseUrl?: string;
  outputFor?(prediction: PredictionRecord): Promise<OutputFile>;
  /** Carries a webhook to its receiver; `fetch` where none is given. Redirects aren't followed. */
  deliver?(request: Request): Promise<Response>;
  /** Takes webhooks without TLS. */
  allowHttp?: boolean;
  /** Decodes image inputs, and fails predictions whose images can't be had or read. */
  checkImages?: boolean;
  /** What predictions take whose behaviour doesn't say. */
  startAfterMs?: number;
  afterMs?: number;
  /** Of the list. */
  pageSize?: number;
}

const OWNER = 'motioness';
export const TOKEN = 'r8_stand-in-token';
export const WEBHOOK_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

export type StandIn = ReturnType<typeof makeStandIn>;

/**
 * Replicate's HTTP API (`/v1/…`) and its output files (`/delivery/…`) in memory. It opens no socket: requests go in by
 * `fetch`, and time goes on by the clock; `tick` lets happen and sends what is due. Sources stand where they are used;
 * the frame is the service's OpenAPI document (2026) and its HTTP reference.
 */
export function makeStandIn(options: StandInOptions = {}) {
  const { clock = systemClock, token = TOKEN, webhookSecret = WEBHOOK_SECRET, baseUrl = 'https://replicate.test' } = options;
  const siteUrl = baseUrl.replace(/\/$/, '');
  const apiUrl = `${siteUrl}/v1`;
  const counts: Record<string, number> = {};
  const requests: { at: number; method: string; path: string; status: number | null; token: boolean }[] = [];
  const waiters = new Set<() => void>();
  let credit = true;

  const script = makeScript();
  const faults = makeFaults();
  const files = makeFiles({ clock, apiUrl, owner: OWNER, secret: webhookSecret });
  const webhooks = makeWebhooks({ clock, secret: webhookSecret, deliver: options.deliver ?? ((request) => fetch(request)) });
  const checkImages = options.checkImages ?? true;
  const readImages = makeReadImages(files, apiUrl, checkImages);
  const predictions = makePredictions({
    clock,
    startAfterMs: options.startAfterMs ?? 200,
    afterMs: options.afterMs ?? 1000,
    deliveryUrl: `${siteUrl}/delivery/xezq`,
    readImages,
    happened: (prediction, event, at) => webhooks.enqueue(prediction, event, JSON.stringify(show(prediction)), at, prediction.behaviour.webhooks),
  });
  const bodyOptions = (prediction: PredictionRecord) => ({ apiUrl, siteUrl, dataGone: predictions.dataGone(prediction) });
  const show = (prediction: PredictionRecord) => predictionBody(prediction, bodyOptions(prediction));
  const outputs = makeOutputs({
    find: (url) => predictions.all.find((one) => !predictions.dataGone(one) && [one.output].flat().includes(url)),
    outputFor: options.outputFor ?? clipFor,
    hang: faults.hang,
  });

  const ports: RoutePorts = {
    apiUrl,
    token,
    webhookSecret,
    owner: OWNER,
    pageSize: options.pageSize ?? 100,
    predictions,
    files,
    createPorts: {
      predictions,
      script,
      readImages: checkImages ? readImages : () => ({}),
      allowHttp: options.allowHttp ?? false,
      refuse: () => (credit ? undefined : insufficientCredit()),
    },
    show,
    showListed: (prediction) => listedBody(prediction, bodyOptions(prediction)),
    waitFor: (prediction, seconds, signal) => {
      const until = clock.now() + seconds * 1000;
      return new Promise((resolve) => {
        const look = () => {
          if (!isTerminal(prediction.status) && clock.now() < until && !signal.aborted) return;
          waiters.delete(look);
          resolve();
        };
        waiters.add(look);
        signal.addEventListener('abort', look, { once: true });
      });
    },
  };

  function advance(): void {
    predictions.advance();
    for (const look of [...waiters]) look();
  }

  async function dispatch(request: Request, url: URL): Promise<Response> {
    const { method } = request;
    if (url.pathname.startsWith('/delivery/')) return method === 'GET' ? outputs(url, request.signal) : notFound();
    const route = url.pathname.startsWith('/v1/') ? findRoute(method, url.pathname.slice(3)) : null;
    const refused = route?.open ? null : checkToken(request, token);
    if (refused) return refused;
    if (!route) return notFound();
    return faults.limit(url.pathname) ?? route.handle(ports, request, route.params);
  }

  async function handle(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const endpoint = url.pathname.startsWith('/delivery/') ? 'delivery' : (findRoute(request.method, url.pathname.replace(/^\/v1/, ''))?.endpoint ?? 'unknown');
    counts[endpoint] = (counts[endpoint] ?? 0) + 1;
    const entry: (typeof requests)[number] = { at: clock.now(), method: request.method, path: url.pathname, status: null, token: request.headers.has('authorization') };
    requests.push(entry);
    advance();
    const fault = faults.take(request.method, url.pathname);
    if (fault && !fault.afterEffect) return withStatus(entry, await faults.commit(fault, request.signal));
    const answer = await dispatch(request, url);
    return withStatus(entry, fault ? await faults.commit(fault, request.signal, answer) : answer);
  }

  function known(id: string): PredictionRecord {
    const prediction = predictions.get(id);
    if (!prediction) throw new Error(`no prediction ${id}`);
    return prediction;
  }

  /** Lets happen what is due and sends the webhooks that are; resolves when their receivers have answered. */
  async function tick(): Promise<void> {
    advance();
    await webhooks.send();
  }

  async function settle(id: string, status: PredictionRecord['status'], change: Behaviour = {}): Promise<void> {
    predictions.settle(known(id), status, change);
    await tick();
  }

  return {
    apiUrl,
    token,
    webhookSecret,
    /** What a client's `fetch` does: takes a Request, or an URL and its options. */
    fetch: (input: Request | string | URL, init?: RequestInit) => handle(new Request(input, init)),
    tick,
    /** The next predictions that fit do these, one each. '*' fits all. */
    script: (matcher: Matcher, ...behaviours: Behaviour[]) => script.next(matcher, behaviours),
    always: (matcher: Matcher, behaviour: Behaviour) => script.always(matcher, behaviour),
    finish: (id: string, change?: Behaviour) => settle(id, 'succeeded', { error: undefined, ...change }),
    fail: (id: string, error = 'The model failed.') => settle(id, 'failed', { error }),
    /** Ended by the service itself, before (`aborted`) or while it ran. */
    cancel: (id: string) => settle(id, 'canceled'),
    abort: (id: string) => settle(id, 'aborted'),
    /** Every prediction that was ever created, oldest first. */
    predictions: (match?: PredictionMatch) => (advance(), predictions.matching(match)),
    count: (match?: PredictionMatch) => predictions.matching(match).length,
    running: () => (advance(), predictions.live()),
    /** A prediction as GET shows it now. */
    body: (id: string) => (advance(), show(known(id))),
    files: files.stored,
    filesUploaded: files.uploaded,
    fileDownloadUrl: files.downloadUrl,
    webhooks: () => webhooks.records,
    webhooksWaiting: webhooks.waiting,
    /** Sends a webhook of a prediction now, whatever its filter says. Resolves when it was answered. */
    sendWebhook: async (id: string, event: WebhookEvent = 'completed', mischief: WebhookMischief = {}) => {
      const prediction = known(id);
      webhooks.enqueue({ ...prediction, webhookEvents: [event] }, event, JSON.stringify(show(prediction)), clock.now(), mischief);
      await webhooks.send();
    },
    /** A signed webhook for tests that call a route themselves. */
    signedRequest: (url: string, webhook: SignedWebhook, secret = webhookSecret) => webhookRequest(url, webhook, secret),
    /** The next `times` attempts to create a prediction are too many. */
    rateLimit: faults.addLimit,
    setCredit: (has: boolean) => void (credit = has),
    breakNext: (fault: Fault) => faults.add(fault),
    mend: faults.mend,
    /** Requests by endpoint, `POST /models/:owner/:name/predictions` or `delivery`; those that broke too. */
    counts: () => ({ ...counts }),
    requests: () => requests,
    clearScript: script.clear,
    /** Ends all requests that hang. */
    close: faults.close,
  };
}

function withStatus(entry: { status: number | null }, answer: Response): Response {
  entry.status = answer.status;
  return answer;
}
