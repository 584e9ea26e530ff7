/** Is `etag` in a list of entity tags, or the list `*`? Weak comparison disregards `W/` (RFC 9110, 8.8.3.2). */
export function listed(list: string, etag: string, comparison: 'weak' | 'strong'): boolean {
  if (list.trim() === '*') return true;
  // Opaque tags may hold commas, so the list is scanned, not split.
  for (const [, weak, tag] of list.matchAll(/(W\/)?("[\x21\x23-\x7e\x80-\xff]*")/g)) {
    if (tag === etag && !(weak && comparison === 'strong')) return true;
  }
  return false;
}
