import { randomBytes } from 'node:crypto';
import type { Clock } from '@/lib/clock';
import { messageId } from './ids';
import { webhookRequest } from './sign-webhook';
import type { PredictionRecord, WebhookEvent, WebhookMischief } from './types';

/**
 * Moments of the attempts after the end of a prediction: several, on an exponential backoff, the last about a minute
 * after it. Only the webhook of the end is repeated; 4xx, 5xx and no answer count as failure, a redirect is neither
 * followed nor repeated. Source: "Receive webhooks" in the documentation, and issue 195 of the JavaScript client.
 */
const ATTEMPTS_MS = [0, 4000, 12_000, 28_000, 60_000];

export interface WebhookAttempt {
  at: number;
  /** null: no answer. */
  status: number | null;
  error?: string;
}

/** One webhook, kept for ever; `state` says how far it is. */
export interface WebhookRecord {
  webhookId: string;
  predictionId: string;
  event: WebhookEvent;
  url: string;
  body: string;
  forged: boolean;
  state: 'waiting' | 'delivered' | 'given-up' | 'lost';
  attempts: WebhookAttempt[];
}

interface Pending {
  record: WebhookRecord;
  dueAt: number;
  retries: number[];
  agedSeconds: number;
}

interface Ports {
  clock: Clock;
  secret: string;
  deliver(request: Request): Promise<Response>;
}

export type Webhooks = ReturnType<typeof makeWebhooks>;

/** The post office: what is to be sent, when, and how it went. */
export function makeWebhooks({ clock, secret, deliver }: Ports) {
  const records: WebhookRecord[] = [];
  const pending: Pending[] = [];
  const wrongSecret = `whsec_${randomBytes(24).toString('base64')}`;

  function enqueue(prediction: PredictionRecord, event: WebhookEvent, body: string, at: number, mischief: WebhookMischief = {}): void {
    if (!prediction.webhook || !prediction.webhookEvents.includes(event)) return;
    const webhookId = messageId();
    const delay = typeof mischief.delayMs === 'number' ? mischief.delayMs : (mischief.delayMs?.[event] ?? 0);
    for (let copy = 0; copy < (mischief.copies ?? 1); copy++) {
      const state = mischief.lose ? 'lost' : 'waiting';
      const record: WebhookRecord = { webhookId, predictionId: prediction.id, event, url: prediction.webhook, body, forged: !!mischief.forge, state, attempts: [] };
      records.push(record);
      if (mischief.lose) continue;
      const moments = event === 'completed' ? ATTEMPTS_MS : [0];
      const [dueAt = at, ...retries] = moments.map((offset) => at + delay + offset);
      pending.push({ record, dueAt, retries, agedSeconds: mischief.agedSeconds ?? 0 });
    }
  }

  async function attempt(item: Pending): Promise<void> {
    const { record } = item;
    const at = clock.now();
    const signed = { id: record.webhookId, timestamp: Math.floor(at / 1000) - item.agedSeconds, body: record.body };
    const result: WebhookAttempt = { at, status: null };
    try {
      const answer = await deliver(webhookRequest(record.url, signed, record.forged ? wrongSecret : secret));
      await answer.body?.cancel();
      result.status = answer.status;
    } catch (error) {
      result.error = String((error as Error).cause ?? error);
    }
    record.attempts.push(result);
    const { status } = result;
    if (status !== null && status >= 200 && status < 300) record.state = 'delivered';
    else if ((status !== null && status < 400) || item.retries.length === 0) record.state = 'given-up';
    else pending.push({ ...item, dueAt: item.retries[0]!, retries: item.retries.slice(1) });
  }

  /** Sends what is due, in the order in which it was due; resolves when all of it was answered. */
  async function send(): Promise<void> {
    const now = clock.now();
    const due = pending.filter((item) => item.dueAt <= now).sort((a, b) => a.dueAt - b.dueAt);
    for (const item of due) pending.splice(pending.indexOf(item), 1);
    // One prediction's webhooks go one after the other; those of others don't wait for them.
    const lanes = groupByPrediction(due);
    await Promise.all([...lanes.values()].map(async (lane) => {
      for (const item of lane) await attempt(item);
    }));
  }

  return { records, enqueue, send, waiting: () => pending.length };
}

function groupByPrediction(items: Pending[]): Map<string, Pending[]> {
  const lanes = new Map<string, Pending[]>();
  for (const item of items) lanes.set(item.record.predictionId, [...(lanes.get(item.record.predictionId) ?? []), item]);
  return lanes;
}
