import { createHash } from 'node:crypto';

const bare = (key: string): string => key.replace(/^signkey-\w+-/, '');

/** SDKs send a hash of the key (SDK specification 4.1.4), people the key itself; the REST API takes both. */
export function isSigningKey(authorization: string | null, signingKey: string): boolean {
  const given = bare(/^Bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? '');
  const hash = createHash('sha256').update(Buffer.from(bare(signingKey), 'hex')).digest('hex');
  return given !== '' && (given === bare(signingKey) || given === hash);
}
