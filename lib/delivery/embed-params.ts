import type { z } from 'zod';
import { aspectSchema, durSecondsSchema, explicitNames, type ExplicitParams, idemSchema, modeSchema, motionSchema, promptSchema, seedSchema } from '../assets/params';
import type { Call } from '../http/call';
import { invalidField } from '../sources/invalid-field';

/** What an embed URL's query and headers ask for. */
export interface EmbedParams {
  explicit: ExplicitParams;
  /** How long the client is ready to wait for the clip, ms. */
  waitMs: number;
  /** `idem` came from a header that caches don't look at: the answer must not be kept under the URL. */
  idemFromHeader: boolean;
  /** The content parameters as they came, sorted and form-encoded: what a signature must cover. */
  given: string;
}

const MAX_WAIT_MS = 10_000;

/**
 * Reads the parameters of reference 5. Known ones are strict: each at most once and valid. Unknown ones are ignored, so
 * that cache busters and tracking parameters do no harm; they are not part of the asset's identity.
 * @throws ApiError 400 that names the parameter
 */
export function readEmbedParams(query: URLSearchParams, headers: Call['headers']): EmbedParams {
  const explicit: ExplicitParams = {};
  const given = new URLSearchParams();
  const take = (name: keyof ExplicitParams, text: string, called: string = name) => {
    explicit[name] = readers[name](called, text) as never;
    given.set(name, text);
  };
  for (const name of explicitNames) {
    const text = single(query, name);
    if (text !== null) take(name, text);
  }
  const header = headers.get('idempotency-key');
  const inUrl = explicit.idem;
  // A header's value is bytes, one a character; what is meant is UTF-8, as in the URL.
  if (header !== null) take('idem', Buffer.from(header, 'latin1').toString(), 'Idempotency-Key');
  if (inUrl !== undefined && inUrl !== explicit.idem) throw invalidField('idem', 'differs from the Idempotency-Key header');
  given.sort();
  return { explicit, waitMs: readWait(query), idemFromHeader: header !== null && inUrl === undefined, given: given.toString() };
}

type Reader = (name: string, text: string) => unknown;

const readers: Record<keyof ExplicitParams, Reader> = {
  motion: word(motionSchema),
  mode: word(modeSchema),
  dur: whole(durSecondsSchema),
  prompt: word(promptSchema),
  seed: whole(seedSchema),
  aspect: word(aspectSchema),
  idem: word(idemSchema),
};

function word(schema: z.ZodType): Reader {
  return (name, text) => {
    // Text columns and JSON of the database hold no NUL.
    if (text.includes('\0')) throw invalidField(name, 'must not contain a NUL character');
    // What is not UTF-8 is read as this, so that different words would be one asset.
    if (text.includes('\uFFFD')) throw invalidField(name, 'must be UTF-8, percent-encoded in a URL');
    return valid(name, schema, text);
  };
}

function whole(schema: z.ZodType): Reader {
  return (name, text) => {
    if (!/^\d{1,10}$/.test(text)) throw invalidField(name, 'must be a whole number');
    return valid(name, schema, Number(text));
  };
}

function valid(name: string, schema: z.ZodType, value: unknown): unknown {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalidField(name, parsed.error.issues[0]!.message);
  return parsed.data;
}

function readWait(query: URLSearchParams): number {
  const text = single(query, 'wait_ms') ?? '0';
  const ms = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (!(ms <= MAX_WAIT_MS)) throw invalidField('wait_ms', `must be a whole number from 0 to ${MAX_WAIT_MS}`);
  return ms;
}

function single(query: URLSearchParams, name: string): string | null {
  const all = query.getAll(name);
  if (all.length > 1) throw invalidField(name, 'is given more than once');
  return all[0] ?? null;
}
