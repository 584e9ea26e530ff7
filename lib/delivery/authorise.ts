import type { Runtime } from '../runtime';
import { checkOrigin } from './check-origin';
import { checkSignature } from './check-signature';
import type { Embed } from './find-embed';
import { type EmbedRequest, unknownKey } from './parse-embed';

/**
 * May this embed URL be answered? A project asks either for a source on its list or for a signature. Decided by the clock
 * and what `found` holds alone, so that a verdict on a kept `found` stands until its end.
 * @returns when the permission ends: at the signature's `exp`, or with the rotated key or secret that was used
 * @throws ApiError 403 unknown_project_key, origin_not_allowed, invalid_signature, signature_expired
 */
export function authorise(rt: Pick<Runtime, 'clock' | 'env' | 'secret'>, found: Embed, wanted: EmbedRequest): { validUntilMs: number | null } {
  const { keyValidUntilMs, signing } = found.project;
  if (keyValidUntilMs !== null && rt.clock.now() >= keyValidUntilMs) throw unknownKey();
  if (signing) return { validUntilMs: earliest(keyValidUntilMs, checkSignature(rt, found.project.id, signing, wanted)) };
  checkOrigin(rt, found, wanted.src);
  return { validUntilMs: keyValidUntilMs };
}

const earliest = (a: number | null, b: number) => (a === null ? b : Math.min(a, b));
