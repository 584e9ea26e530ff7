import { json, noToken, notFound, wrongToken } from './answers';
import { createPrediction, modelNamed, waitSeconds } from './create-prediction';
import type { Files } from './files';
import { listPredictions } from './list-predictions';
import { type Model, openApiSchema } from './models';
import type { Predictions } from './predictions';
import { isTerminal, type PredictionRecord } from './types';

export interface RoutePorts {
  apiUrl: string;
  token: string;
  webhookSecret: string;
  owner: string;
  pageSize: number;
  predictions: Predictions;
  files: Files;
  createPorts: Parameters<typeof createPrediction>[0];
  show(prediction: PredictionRecord): Record<string, unknown>;
  showListed(prediction: PredictionRecord): Record<string, unknown>;
  /** Until the prediction has ended or the seconds have passed on the clock. */
  waitFor(prediction: PredictionRecord, seconds: number, signal: AbortSignal): Promise<void>;
}

type Handler = (ports: RoutePorts, request: Request, params: string[]) => Response | Promise<Response>;

const ROUTES: [method: string, path: string, handle: Handler][] = [
  ['POST', '/models/:owner/:name/predictions', (ports, request, [owner, name]) => {
    const model = modelNamed(`${owner}/${name}`);
    return model ? create(ports, request, model) : notFound();
  }],
  ['GET', '/models/:owner/:name', (_, __, [owner, name]) => answerModel(modelNamed(`${owner}/${name}`))],
  ['POST', '/predictions', (ports, request) => create(ports, request)],
  ['GET', '/predictions', (ports, request) => listPredictions(ports, new URL(request.url).searchParams)],
  ['GET', '/predictions/:id', (ports, _, [id]) => answerPrediction(ports, id!)],
  ['POST', '/predictions/:id/cancel', (ports, _, [id]) => {
    const prediction = ports.predictions.get(id!);
    if (prediction) ports.predictions.settle(prediction, 'canceled');
    return answerPrediction(ports, id!);
  }],
  ['POST', '/files', ({ files }, request) => files.create(request)],
  ['GET', '/files', ({ files }) => files.list()],
  ['GET', '/files/:id', ({ files }, _, [id]) => files.get(id!)],
  ['DELETE', '/files/:id', ({ files }, _, [id]) => files.delete(id!)],
  ['GET', '/files/:id/download', ({ files }, request, [id]) => files.download(id!, new URL(request.url).searchParams)],
  ['GET', '/webhooks/default/secret', ({ webhookSecret }) => json({ key: webhookSecret })],
  ['GET', '/account', ({ owner }) => json({ type: 'organization', username: owner, name: owner, github_url: `https://github.com/${owner}`, avatar_url: null })],
];
const BY_SIGNATURE = '/files/:id/download';

/** The endpoint of a request as `METHOD /path/:with/:names`, with what stands for the names; null for none. */
export function findRoute(method: string, path: string): { endpoint: string; handle: Handler; params: string[]; open: boolean } | null {
  for (const [wanted, pattern, handle] of ROUTES) {
    const found = new RegExp(`^${pattern.replace(/:\w+/g, '([^/]+)')}$`).exec(path);
    if (wanted === method && found) return { endpoint: `${method} ${pattern}`, handle, params: found.slice(1), open: pattern === BY_SIGNATURE };
  }
  return null;
}

/** null: the token is the right one. */
export function checkToken(request: Request, token: string): Response | null {
  const given = /^(?:Bearer|Token)\s+(\S+)$/i.exec(request.headers.get('authorization') ?? '');
  if (!given) return noToken();
  return given[1] === token ? null : wrongToken();
}

async function create(ports: RoutePorts, request: Request, model?: Model): Promise<Response> {
  const made = await createPrediction(ports.createPorts, request, model);
  if (made instanceof Response) return made;
  ports.predictions.advance();
  const seconds = waitSeconds(request.headers.get('prefer'));
  if (seconds > 0) await ports.waitFor(made, seconds, request.signal);
  // 202: waited in vain. Source: the responses of `predictions.create` in the OpenAPI document.
  return json(ports.show(made), seconds > 0 && !isTerminal(made.status) ? 202 : 201);
}

function answerPrediction(ports: RoutePorts, id: string): Response {
  const prediction = ports.predictions.get(id);
  return prediction ? json(ports.show(prediction)) : notFound();
}

function answerModel(model: Model | undefined): Response {
  if (!model) return notFound();
  const [owner, name] = model.name.split('/');
  const latest = { id: model.version, created_at: '2025-07-30T18:13:03.381058Z', cog_version: '0.16.1', openapi_schema: openApiSchema(model) };
  return json({ owner, name, description: null, visibility: 'public', is_official: true, run_count: 1, latest_version: latest });
}
