import { json } from '../../http/answer';
import { ApiError, notFound } from '../../http/errors';
import { readText } from '../../http/read-text';
import { answerSafely, type Handler } from '../../http/route';
import { generationNudgedEvent } from '../pipeline-events';
import { noteMade } from './prediction-rows';
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
    const { id, status } = prediction(body);
    const rowId = new URL(req.url).searchParams.get('prediction') ?? '';
    const row = await rt.db.prediction.findFirst({ where: { OR: [{ replicateId: id }, { id: rowId, replicateId: null }] } });
    // A call whose answer was lost: here is its prediction.
    if (row?.replicateId === null) await noteMade(rt, row.id, id);
    if (row && row.endedAt === null && status !== 'starting' && status !== 'processing') {
      await rt.sendEvents([generationNudgedEvent({ generationId: row.generationId, reason: id })]);
    }
    return json({ received: true });
  });

async function requireSignature(replicate: ReplicateApi, nowMs: number, req: Request, body: string): Promise<void> {
  const [id, timestamp, signature] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => req.headers.get(name) ?? '');
  const forged = () => new ApiError('forbidden', 'the signature is not right');
  if (!id || !timestamp || !signature || !body) throw forged();
  const ageMs = nowMs - Number(timestamp) * 1000;
  if (!(Math.abs(ageMs) <= MAX_AGE_MS)) throw new ApiError('forbidden', 'the webhook is too old or from the future');
  if (!isSigned({ id, timestamp, signature, body, secret: await replicate.webhookSecret() })) throw forged();
}

function prediction(body: string): { id: string; status: string } {
  try {
    const { id, status } = JSON.parse(body) as { id?: unknown; status?: unknown };
    if (typeof id === 'string' && typeof status === 'string') return { id, status };
  } catch {
    // Falls through: signed, but not what we know.
  }
  throw new ApiError('bad_request', 'the body is not a prediction');
}
