const MAX_CHARS = 120;

/** A client's file name fit to be shown and stored: its last part, without control characters, at most 120 characters. */
export function fileName(given: string): string {
  const last = given.split(/[\\/]/).pop() ?? '';
  const clean = last.replace(/[\p{Cc}\p{Cs}\p{Bidi_Control}]/gu, '').trim();
  return [...clean].slice(0, MAX_CHARS).join('') || 'image';
}
