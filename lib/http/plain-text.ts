/** The deepest nesting a body may have; the API's own shapes need four. */
const MAX_DEPTH = 32;

/**
 * True for text that a database column and a JSON document can both hold: PostgreSQL refuses NUL, and a lone
 * surrogate has no UTF-8 form.
 */
export function isPlainText(text: string): boolean {
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text);
}

/** What is wrong with a parsed JSON value before any schema sees it: unstorable text or absurd nesting. */
export interface Flaw {
  /** The top-level member in which it sits, if any. */
  field?: string;
  message: string;
}

/** Finds the first flaw of a parsed JSON value. Walks without recursion, so that nesting cannot exhaust the stack. */
export function findFlaw(root: unknown): Flaw | null {
  const open: Array<{ value: unknown; field?: string; depth: number }> = [{ value: root, depth: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, field, depth } = next;
    if (typeof value === 'string' && !isPlainText(value)) return { field, message: 'holds a NUL or a broken character' };
    if (typeof value !== 'object' || value === null) continue;
    if (depth >= MAX_DEPTH) return { field, message: `is nested more than ${MAX_DEPTH} levels deep` };
    for (const [key, member] of Object.entries(value)) {
      if (!isPlainText(key)) return { field, message: 'a name holds a NUL or a broken character' };
      open.push({ value: member, field: field ?? (Array.isArray(value) ? undefined : key), depth: depth + 1 });
    }
  }
  return null;
}
