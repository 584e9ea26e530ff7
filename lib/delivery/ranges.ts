/** Bytes `start`..`end`, both included. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * What a `Range` header asks of a representation of `size` bytes (RFC 9110, 14.1.2 and 14.2).
 * `whole`: no header, another unit, broken syntax (14.2: to be ignored), or several satisfiable ranges (15.3.7 lets a
 * server send the whole; multipart bodies serve no media player). `unsatisfiable`: 416.
 */
export function readRange(header: string | null, size: number): ByteRange | 'whole' | 'unsatisfiable' {
  const set = /^bytes=(.*)$/i.exec(header?.trim() ?? '')?.[1];
  if (set === undefined) return 'whole';
  const specs = set.split(',').map((spec) => spec.trim()).filter((spec) => spec !== '');
  if (specs.length === 0) return 'whole';
  const ranges: Array<ByteRange | null> = [];
  for (const spec of specs) {
    const range = readSpec(spec, size);
    if (range === 'broken') return 'whole';
    ranges.push(range);
  }
  const satisfiable = ranges.filter((range) => range !== null);
  if (satisfiable.length === 0) return 'unsatisfiable';
  return ranges.length === 1 ? satisfiable[0]! : 'whole';
}

/** One `first-last`, `first-` or `-suffix`; null when no byte of it exists. */
function readSpec(spec: string, size: number): ByteRange | null | 'broken' {
  const match = /^(\d*)-(\d*)$/.exec(spec);
  if (!match || spec === '-') return 'broken';
  const [, first = '', last = ''] = match;
  if (first === '') {
    const suffix = Math.min(Number(last), size);
    return suffix === 0 ? null : { start: size - suffix, end: size - 1 };
  }
  const start = Number(first);
  if (last !== '' && comparable(last) < comparable(first)) return 'broken';
  if (start >= size) return null;
  return { start, end: last === '' ? size - 1 : Math.min(Number(last), size - 1) };
}

/** Digits of any length; beyond what numbers tell apart a BigInt does. */
const comparable = (digits: string) => BigInt(digits);
