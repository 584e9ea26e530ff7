import { z } from 'zod';
import type { Answer } from './ask';
import { EdgeError } from './edge-error';

const envelope = z.object({
  success: z.boolean(),
  errors: z.array(z.object({ code: z.number(), message: z.string() })).nullish(),
});

const TOKEN = 'CLOUDFLARE_API_TOKEN must be a live token with the permission Zone, Cache Purge, Purge for the zone';
const ZONE = 'CLOUDFLARE_ZONE_ID must be the id of the zone of PUBLIC_URL, not its name';
/** What the operator can do about a code. */
const ADVICE: Record<number, string> = { 6003: TOKEN, 6111: TOKEN, 9106: TOKEN, 9109: TOKEN, 10000: TOKEN, 7000: ZONE, 7003: ZONE, 1012: ZONE };
/** What plans without purging by tag answered, before all plans had it. */
const NO_TAGS = 1107;
const LONGEST_MS = 3_600_000;

/** Reads what the purge call answered: it may fail with a 200, and `success` alone says. @throws EdgeError */
export function readCloudflareAnswer(answer: Answer, nowMs: number): 'purged' | 'no tags in this plan' {
  const said = envelope.safeParse(parse(answer.text)).data;
  if (said?.success && answer.status < 300) return 'purged';
  const errors = said?.errors ?? [];
  if (errors.some(({ code }) => code === NO_TAGS)) return 'no tags in this plan';
  const words = errors.map(({ code, message }) => `${code} ${message}`).join('; ') || `something that is not its JSON: ${JSON.stringify(answer.text.slice(0, 80))}`;
  const advice = errors.map(({ code }) => ADVICE[code]).find(Boolean);
  throw new EdgeError(`Cloudflare did not purge (HTTP ${answer.status}): ${words}${advice ? `. ${advice}` : ''}`, {
    retryAfterMs: retryAfterMs(answer.headers['retry-after'], nowMs),
  });
}

/** Seconds or a date (RFC 9110, 10.2.3), within reason. */
export function retryAfterMs(value: string | undefined, nowMs: number): number | undefined {
  if (!value) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - nowMs;
  return Number.isFinite(ms) ? Math.min(LONGEST_MS, Math.max(0, ms)) : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
