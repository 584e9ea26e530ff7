/** What the text of a failed prediction means. */
export type FailureKind = 'refused' | 'interrupted' | 'failed';

/** Moderation, in the words of the models of the table (E005 is their common code). */
const REFUSED = /nsfw|sensitive|moderat|content polic|safety|inappropriate|copyright|\bE005\b/i;
/**
 * The service's own failures, after which it asks to try again: E1000 unknown, E6716 start timeout, E8367 stopped,
 * E8765 health check, E9243 could not start (Replicate's error code page), and "interrupted; please retry (code: PA)".
 */
const INTERRUPTED = /please retry|\bcode: PA\b|\bE(1000|6716|8367|8765|9243)\b/i;

export function failureKind(error: unknown): FailureKind {
  const text = typeof error === 'string' ? error : JSON.stringify(error ?? '');
  if (REFUSED.test(text)) return 'refused';
  return INTERRUPTED.test(text) ? 'interrupted' : 'failed';
}
