import { z } from 'zod';

export const MAX_ORIGINS = 50;

/** What an origin is after normalising, or what is wrong with it in words. */
export function readOrigin(text: string): { origin: string } | { wrong: string } {
  const given = text.trim();
  const shown = JSON.stringify(given.length > 60 ? `${given.slice(0, 57)}…` : given);
  if (!/^[a-z][a-z\d+.-]*:\/\//i.test(given)) {
    return { wrong: `${shown} needs its scheme, for example https://${/^[\w.-]+$/.test(given) ? given : 'acme.com'}` };
  }
  if (!/^https?:/i.test(given)) return { wrong: `${shown} must start with https:// or http://` };
  if (!URL.canParse(given)) return { wrong: `${shown} is not a valid origin` };
  const url = new URL(given);
  if (url.hostname.includes('*')) return { wrong: `${shown} must not hold a *: an origin admits its subdomains by itself` };
  if (url.username || url.password) return { wrong: `${shown} must not hold a user name or password` };
  if (url.pathname !== '/' || /[?#]/.test(given)) {
    return { wrong: `${shown} must be an origin only, without a path: ${url.origin}` };
  }
  return { origin: url.origin };
}

/** A list of allowed origins: each with its scheme, normalised, each once. */
export const allowedOriginsSchema = z
  .array(z.string().max(300))
  .max(MAX_ORIGINS, `at most ${MAX_ORIGINS} origins`)
  .transform((entries, ctx) => {
    const origins = new Set<string>();
    entries.forEach((entry, index) => {
      const read = readOrigin(entry);
      if ('origin' in read) origins.add(read.origin);
      else ctx.addIssue({ code: 'custom', path: [index], message: read.wrong });
    });
    return [...origins];
  });
