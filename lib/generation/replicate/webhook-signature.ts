import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Standard Webhooks: `webhook-signature` lists `v1,` + base64 of HMAC-SHA256 over `id.timestamp.body`, keyed with what
 * follows `whsec_` in the secret. Compared in constant time, which the client's own `validateWebhook` doesn't.
 */
export function isSigned({ id, timestamp, body, signature, secret }: Record<'id' | 'timestamp' | 'body' | 'signature' | 'secret', string>): boolean {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
  return signature.split(' ').some((one) => {
    const [version, text = ''] = one.split(',');
    const given = Buffer.from(text, 'base64');
    return version === 'v1' && given.byteLength === expected.byteLength && timingSafeEqual(given, expected);
  });
}
