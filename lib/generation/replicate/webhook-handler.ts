import { json } from '../../http/answer';
import { ApiError, notFound } from '../../http/errors';
import { readText } from '../../http/read-text';
import { answerSafely, type Handler } from '../../http/route';
import type { Runtime } from '../../runtime';
import { generationNudgedEvent } from '../pipeline-events';
import { noteMade, type PredictionInput, type PredictionRow } from './prediction-rows';
import type { ReplicateApi } from './replicate-api';
import { isSigned } from './webhook-signature';

/** A prediction with all its logs. */
const MAX_BYTES = 4 * 1024 * 1024;
/** Standard Webhooks' tolerance, both ways. The client's own check accepts any age. */
const MAX_AGE_MS = 5 * 60_000;

/**
 * POST /api/replicate/webhook?prediction=…: Replicate tells that a prediction began or ended. We take its word only as
 * a nudge: the run then asks the service itself, so a repeated, late or reordered call changes nothing.
 */
export const replicateWebhook: Handler = (req) =>
  answerSafely(req, async (rt) => {
    const { replicate } = rt;
    if (!replicate) throw notFound();
    const body = await readText(req, MAX_BYTES);
    await requireSignature(replicate, rt.clock.now(), req, body);
    const told = prediction(body);
    const { id, status } = told;
    const row = (await rt.db.prediction.findUnique({ where: { replicateId: id } })) ?? (await bindLost(rt, req, told));
    if (row && row.endedAt === null && status !== 'starting' && status !== 'processing') {
      await rt.sendEvents([generationNudgedEvent({ generationId: row.generationId, reason: id })]);
    }
    return json({ received: true });
  });

/** A call whose answer was lost: here is its prediction. The address is not signed, so the body's input must be the call's own. */
async function bindLost(rt: Runtime, req: Request, { id, image }: Told): Promise<PredictionRow | null> {
  const rowId = new URL(req.url).searchParams.get('prediction') ?? '';
  const row = await rt.db.prediction.findUnique({ where: { id: rowId } });
  if (row?.replicateId !== null || (row.input as PredictionInput).image !== image) return null;
  return (await noteMade(rt, row.id, id)) ? row : null;
}

async function requireSignature(replicate: ReplicateApi, nowMs: number, req: Request, body: string): Promise<void> {
  const [id, timestamp, signature] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => req.headers.get(name) ?? '');
  const forged = () => new ApiError('forbidden', 'the signature is not right');
  if (!id || !timestamp || !signature || !body) throw forged();
  const ageMs = nowMs - Number(timestamp) * 1000;
  if (!(Math.abs(ageMs) <= MAX_AGE_MS)) throw new ApiError('forbidden', 'the webhook is too old or from the future');
  if (!isSigned({ id, timestamp, signature, body, secret: await replicate.webhookSecret() })) throw forged();
}

interface Told {
  id: string;
  status: string;
  image: unknown;
}

function prediction(body: string): Told {
  try {
    const { id, status, input } = JSON.parse(body) as { id?: unknown; status?: unknown; input?: { image?: unknown } | null };
    if (typeof id === 'string' && typeof status === 'string') return { id, status, image: input?.image };
  } catch {
    // Falls through: signed, but not what we know.
  }
  throw new ApiError('bad_request', 'the body is not a prediction');
}
