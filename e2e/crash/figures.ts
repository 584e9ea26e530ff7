import type { Books } from './books';
import type { Kill } from './killer';

export interface Spread {
  n: number;
  p50: number;
  max: number;
}

/** Seconds, of milliseconds. */
export function spread(ms: number[]): Spread | null {
  const sorted = [...ms].sort((a, b) => a - b);
  const seconds = (value: number) => Math.round(value) / 1000;
  return sorted.length === 0 ? null : { n: sorted.length, p50: seconds(sorted[Math.floor(sorted.length / 2)]!), max: seconds(sorted.at(-1)!) };
}

interface Written {
  generation_id: string;
  type: string;
  ts: number;
}

/**
 * How long after a kill the work that it cut off went on, told by the first event that was written of it afterwards.
 * `calm`: no other kill came in between; `all`: with the later kills, however many.
 */
export async function resumption(books: Books, kills: Kill[]): Promise<{ calm: Spread | null; all: Spread | null }> {
  const events = await books.query<Written>(`SELECT generation_id, type, (extract(epoch FROM ts) * 1000)::float8 AS ts FROM asset_events ORDER BY asset_id, seq`);
  const byGeneration = new Map<string, Written[]>();
  for (const event of events) byGeneration.set(event.generation_id, [...(byGeneration.get(event.generation_id) ?? []), event]);
  const after = ({ atMs, cut }: Kill) =>
    cut.flatMap((id) => {
      const next = byGeneration.get(id)?.find((event) => event.ts > atMs);
      // A cancel needs nobody to take the work up.
      return next && next.type !== 'cancelled' ? [next.ts - atMs] : [];
    });
  return { calm: spread(kills.filter((kill) => kill.calm).flatMap(after)), all: spread(kills.flatMap(after)) };
}
