/** JSON as the API sends it: one line and its end. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(`${JSON.stringify(body)}\n`, { status, headers: { 'content-type': 'application/json', ...headers } });
}

// The bodies are the real service's, as users of it quote them in public issues and logs.
const UNAUTHENTICATED = 'Unauthenticated';
const BILLING =
  'You have insufficient credit to run this model. Go to https://replicate.com/account/billing#billing to purchase credit. Once you purchase credit, please wait a few minutes before trying again.';
const LOW_CREDIT = 'Your rate limit for creating predictions is reduced to 6 requests per minute with a burst of 1 requests while you have less than $5.0 in credit.';

export const noToken = () => json({ title: UNAUTHENTICATED, detail: 'You did not pass an authentication token', status: 401 }, 401);
export const wrongToken = () => json({ title: UNAUTHENTICATED, detail: 'Invalid or expired API token.', status: 401 }, 401);
export const notFound = () => json({ detail: 'The requested resource could not be found.', status: 404 }, 404);
export const insufficientCredit = () => json({ title: 'Insufficient credit', detail: BILLING, status: 402 }, 402);
export const unknownVersion = () =>
  json({ title: 'Invalid version or not permitted', detail: "The specified version does not exist (or perhaps you don't have permission to use it?)", status: 422 }, 422);

export function throttled(seconds: number): Response {
  const detail = `Request was throttled. ${LOW_CREDIT} Your rate limit resets in ~${seconds}s.`;
  return json({ detail, status: 429, retry_after: seconds }, 429, { 'retry-after': String(seconds) });
}

/** What a proxy in front of the service says, or the service itself for 500 and what is said to be the caller's fault. */
export function broken(status: number): Response {
  if (status === 401) return wrongToken();
  if (status === 402) return insufficientCredit();
  if (status === 404) return notFound();
  if (status === 429) return throttled(1);
  if (status === 500) return json({ detail: 'Internal server error', status: 500 }, 500);
  const title = { 502: 'Bad Gateway', 503: 'Service Temporarily Unavailable', 504: 'Gateway Time-out' }[status] ?? 'Error';
  const page = `<html>\r\n<head><title>${status} ${title}</title></head>\r\n<body>\r\n<center><h1>${status} ${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
  return new Response(page, { status, headers: { 'content-type': 'text/html' } });
}

/** One violation of a schema, in the words of the Go library `gojsonschema`, which the real bodies show. */
export interface Violation {
  type: string;
  /** '' for the body itself, `input` or `input.prompt`. */
  field: string;
  description: string;
}

export function invalid(violations: Violation[]): Response {
  const detail = violations.map(({ field, description }) => `- ${field ? `${field}: ` : ''}${description}\n`).join('');
  return json({ detail, status: 422, title: 'Input validation failed', invalid_fields: violations }, 422);
}
