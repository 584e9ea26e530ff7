import type { z } from 'zod';
import { ApiError } from './errors';
import { findFlaw } from './plain-text';
import { readText } from './read-text';

const JSON_TYPE = /^\s*application\/([\w.+-]+\+)?json\s*(;|$)/i;

/**
 * Reads and checks a JSON body. An empty one counts as `{}`.
 * @throws ApiError 400 that names each wrong field, 413 above 64 KiB, 415 when it is not JSON.
 */
export async function readJsonBody<T extends z.ZodType>(req: Request, schema: T): Promise<z.output<T>> {
  const text = await readText(req);
  if (text.trim() === '') return check(schema, {});
  if (!JSON_TYPE.test(req.headers.get('content-type') ?? '')) {
    throw new ApiError('unsupported_type', 'send the body as JSON with Content-Type: application/json');
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid(new Map(), ['the body is not valid JSON'], `the body is not valid JSON: ${(error as Error).message}`);
  }
  return check(schema, value);
}

/** Checks any value against a schema. @throws ApiError 400 with `details.fieldErrors`. */
export function check<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const flaw = findFlaw(value);
  if (flaw) throw flaw.field === undefined ? invalid(new Map(), [flaw.message]) : invalid(new Map([[flaw.field, [flaw.message]]]));
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const fields = new Map<string, string[]>();
  const formErrors: string[] = [];
  for (const issue of parsed.error.issues) {
    for (const { field, message } of complaints(issue)) {
      if (field === undefined) formErrors.push(message);
      else fields.set(field, [...(fields.get(field) ?? []), message]);
    }
  }
  throw invalid(fields, formErrors);
}

/** One sentence per wrong top-level field; what lies deeper is named in front of the message. */
function complaints(issue: z.core.$ZodIssue): Array<{ field?: string; message: string }> {
  const [first, ...rest] = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    if (first === undefined) return issue.keys.map((key) => ({ field: key, message: 'unknown field' }));
    return issue.keys.map((key) => ({ field: first, message: `${[...rest, key].join('.')}: unknown field` }));
  }
  return [{ field: first, message: rest.length > 0 ? `${rest.join('.')}: ${issue.message}` : issue.message }];
}

// A Map, then fromEntries: fields called `constructor` or `__proto__` are then names like any other.
function invalid(fields: Map<string, string[]>, formErrors: string[] = [], detail?: string): ApiError {
  return new ApiError('validation_failed', 'Validation failed', {
    detail: detail ?? [...[...fields].map(([field, messages]) => `${field}: ${messages[0]}`), ...formErrors].join('; '),
    details: { fieldErrors: Object.fromEntries(fields), formErrors },
  });
}
