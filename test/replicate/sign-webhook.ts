import { createHmac } from 'node:crypto';

export interface SignedWebhook {
  id: string;
  /** Unix seconds. */
  timestamp: number;
  body: string;
}

/** `v1,` and the base64 HMAC-SHA256 of `id.timestamp.body`, keyed by what follows `whsec_` (Standard Webhooks; Replicate's "Verify webhooks"). */
export function signWebhook({ id, timestamp, body }: SignedWebhook, secret: string): string {
  const key = Buffer.from(secret.split('_').pop()!, 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

/** A webhook as the service sends it. Redirects aren't followed. */
export function webhookRequest(url: string, webhook: SignedWebhook, secret: string): Request {
  return new Request(url, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Webhooks/1.66.0 (sender-9YMgn)',
      'webhook-id': webhook.id,
      'webhook-timestamp': String(webhook.timestamp),
      'webhook-signature': signWebhook(webhook, secret),
    },
    body: webhook.body,
  });
}
