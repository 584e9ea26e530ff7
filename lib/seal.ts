import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** AES-256-GCM with a 96-bit nonce and the full tag (NIST SP 800-38D). */
const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 'v1.';

/** Deriving takes longer than opening, and the server's secret does not change while it runs. */
const derived = new Map<string, Buffer>();

function keyOf(secret: string): Buffer {
  let key = derived.get(secret);
  if (!key) derived.set(secret, (key = Buffer.from(hkdfSync('sha256', secret, '', 'motioness sealed secrets', 32))));
  return key;
}

/**
 * Encrypts a text for the database. `bound` says what it belongs to: a sealed text that is moved to another row does
 * not open there.
 */
export function seal(rt: { secret: string }, bound: string, text: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, keyOf(rt.secret), nonce).setAAD(Buffer.from(bound));
  const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return VERSION + sealed.toString('base64url');
}

/** The text that was sealed; null when it can't be opened, as after a change of the server's secret. */
export function unseal(rt: { secret: string }, bound: string, sealed: string): string | null {
  if (!sealed.startsWith(VERSION)) return null;
  const bytes = Buffer.from(sealed.slice(VERSION.length), 'base64url');
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return null;
  try {
    const decipher = createDecipheriv(ALGORITHM, keyOf(rt.secret), bytes.subarray(0, NONCE_BYTES)).setAAD(Buffer.from(bound));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    return decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return null;
  }
}
