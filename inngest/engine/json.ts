import { createHmac } from 'node:crypto';

/**
 * RFC 8785 text of a JSON value: the signature of a call is made over it, so a body that is already canonical is
 * signed as it stands. Values JSON does not know become null, as in arrays of JSON.stringify.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const json = (value as { toJSON?: () => unknown }).toJSON;
  if (typeof json === 'function') return canonicalJson(json.call(value));
  const record = value as Record<string, unknown>;
  const members: string[] = [];
  for (const key of Object.keys(record).sort()) {
    const member = typeof record[key];
    if (member !== 'undefined' && member !== 'function' && member !== 'symbol') members.push(`${JSON.stringify(key)}:${canonicalJson(record[key])}`);
  }
  return `{${members.join(',')}}`;
}

/** `x-inngest-signature` for a canonical body: HMAC-SHA256 over body and time. The handler refuses it after five minutes. */
export function signBody(canonicalBody: string, signingKey: string, nowMs: number): string {
  const t = Math.round(nowMs / 1000).toString();
  const key = signingKey.replace(/^signkey-\w+-/, '');
  return `t=${t}&s=${createHmac('sha256', key).update(canonicalBody).update(t).digest('hex')}`;
}
