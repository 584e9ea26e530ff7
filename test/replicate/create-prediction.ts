import { invalid, unknownVersion } from './answers';
import { imageProblem, type ReadImages } from './input-images';
import { MODELS, type Model } from './models';
import type { Predictions } from './predictions';
import type { Script } from './script';
import type { Input, PredictionRecord, WebhookEvent } from './types';
import { checkBody, checkInput } from './validate-input';

interface Ports {
  predictions: Predictions;
  script: Script;
  readImages: ReadImages;
  allowHttp: boolean;
  /** The answer to an account without credit; undefined while it has some. */
  refuse(): Response | undefined;
}

/** Without a filter: outputs and the end. Source: `webhook_events_filter` in the HTTP reference. */
const USUAL_EVENTS: WebhookEvent[] = ['output', 'completed'];

/** Creates a prediction from a request's body, or answers why not. `model`: the one named by the path, if it is. */
export async function createPrediction(ports: Ports, request: Request, model?: Model): Promise<PredictionRecord | Response> {
  const body = (await request.json().catch(() => null)) as Input | null;
  if (!body || typeof body !== 'object' || Array.isArray(body)) return invalid([{ type: 'invalid_type', field: '', description: 'Invalid type. Expected: object, given: null' }]);
  const wrong = checkBody(body, { needsVersion: !model, allowHttp: ports.allowHttp });
  if (wrong.length > 0) return invalid(wrong);
  const chosen = model ?? byVersion(String(body.version));
  if (!chosen) return unknownVersion();
  const input = body.input as Input;
  const wrongInput = checkInput(chosen, input);
  if (wrongInput.length > 0) return invalid(wrongInput);
  const refused = ports.refuse();
  if (refused) return refused;
  const problem = await imageProblem(ports.readImages(chosen, input));
  return ports.predictions.create({
    model: chosen,
    input,
    webhook: body.webhook as string | undefined,
    webhookEvents: (body.webhook_events_filter as WebhookEvent[] | undefined) ?? USUAL_EVENTS,
    behaviour: ports.script.take({ model: chosen, input }),
    cancelAfterMs: duration(request.headers.get('cancel-after')),
    imageProblem: problem,
  });
}

export const modelNamed = (name: string) => MODELS.find((model) => model.name === name);

/** `{version}`, `{owner}/{name}:{version}` or, for official models, `{owner}/{name}`. */
function byVersion(given: string): Model | undefined {
  return MODELS.find(({ name, version }) => given === version || given === `${name}:${version}` || given === name);
}

/** `90`, `90s`, `1h30m45s` in ms, at least 5 s; undefined without one. Source: the `Cancel-After` header of the OpenAPI document. */
function duration(text: string | null): number | undefined {
  const parts = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?$/.exec(text ?? '');
  if (!text || !parts) return undefined;
  const [hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part ?? 0));
  return Math.max(5, hours * 3600 + minutes * 60 + seconds) * 1000;
}

/** The seconds of `Prefer: wait` or `wait=n`; 0 without it. */
export function waitSeconds(prefer: string | null): number {
  const given = /^wait(?:=(\d+))?$/.exec(prefer?.trim() ?? '');
  return given ? Math.min(60, Number(given[1] ?? 60)) : 0;
}
