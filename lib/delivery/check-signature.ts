import { timingSafeEqual } from 'node:crypto';
import { ApiError } from '../http/errors';
import { openSigningSecret } from '../projects/signing-secret';
import type { Runtime } from '../runtime';
import type { SigningSecret } from './find-embed';
import type { EmbedRequest } from './parse-embed';
import { signatureOf } from './sign-embed';

const invalidSignature = () => new ApiError('invalid_signature', 'invalid signature');

/**
 * Signed mode (spec 2): the URL carries an HMAC over key, source, expiry and every content parameter, an
 * `Idempotency-Key` header too, by a secret that still works.
 * @returns when it ends, in ms: at `exp`, or with the rotated secret that signed
 * @throws ApiError 403 invalid_signature, signature_expired
 */
export function checkSignature(
  rt: Pick<Runtime, 'clock' | 'secret'>,
  projectId: string,
  secrets: SigningSecret[],
  { projectKey, signed, given }: Pick<EmbedRequest, 'projectKey' | 'signed' | 'given'>,
): number {
  if (!signed || !/^[0-9a-f]{64}$/i.test(signed.sig) || !/^\d{1,12}$/.test(signed.exp)) throw invalidSignature();
  const nowMs = rt.clock.now();
  const what = { key: projectKey, src: signed.src, exp: signed.exp, params: given };
  const sig = Buffer.from(signed.sig, 'hex');
  const signer = secrets.find(({ sealed, validUntilMs }) => {
    if (validUntilMs !== null && nowMs >= validUntilMs) return false;
    const secret = openSigningSecret(rt, projectId, sealed);
    return secret !== null && timingSafeEqual(signatureOf(secret, what), sig);
  });
  if (!signer) throw invalidSignature();
  // Only the holder of a good signature learns that it was one.
  const endMs = Number(signed.exp) * 1000;
  if (nowMs >= endMs) throw new ApiError('signature_expired', 'signature expired');
  return signer.validUntilMs === null ? endMs : Math.min(endMs, signer.validUntilMs);
}
