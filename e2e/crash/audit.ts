import type { Books } from './books';
import type { Ledger } from './ledger';

export interface Entry {
  id: string;
  asset_id: string;
  number: number;
  status: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';
  charge: string;
  error_code: string | null;
  clip_key: string | null;
  poster_key: string | null;
  bytes: number | null;
  is_current: boolean;
}

export const readGenerations = (books: Books) =>
  books.query<Entry>(`SELECT g.id, g.asset_id, g.number, g.status, g.charge, g.error_code, g.clip_key, g.poster_key, g.bytes,
    (a.current_generation_id = g.id) IS TRUE AS is_current FROM generations g JOIN assets a ON a.id = g.asset_id ORDER BY g.asset_id, g.number`);

/** Each finds rows that must not be there, whatever happened. */
const NEVER: Record<string, string> = {
  'a generation that has not ended': `SELECT id, status FROM generations WHERE status IN ('queued', 'running')`,
  'numbers with a hole': `SELECT a.id, a.generation_count, count(g.id) AS n, max(g.number) AS last FROM assets a LEFT JOIN generations g ON g.asset_id = a.id
    GROUP BY a.id HAVING count(g.id) <> a.generation_count OR max(g.number) <> a.generation_count OR min(g.number) <> 1`,
  'a charge that does not fit the outcome': `SELECT id, status, charge FROM generations WHERE (charge = 'charged') <> (status = 'succeeded')`,
  'a month that is not the sum of its generations': `SELECT u.user_id, u.used, u.charged, u.refunded, s.charged AS sum_charged, s.refunded AS sum_refunded
    FROM monthly_usage u FULL JOIN (SELECT charged_user_id, charged_month, count(*) AS charged, count(*) FILTER (WHERE charge = 'refunded') AS refunded
      FROM generations GROUP BY 1, 2) s ON s.charged_user_id = u.user_id AND s.charged_month = u.month
    WHERE u.charged IS DISTINCT FROM s.charged OR u.refunded IS DISTINCT FROM s.refunded OR u.used IS DISTINCT FROM s.charged - s.refunded`,
  'an event log with a hole': `SELECT a.id, a.event_seq, count(e.seq) AS n FROM assets a LEFT JOIN asset_events e ON e.asset_id = a.id
    GROUP BY a.id HAVING count(e.seq) <> a.event_seq OR max(e.seq) <> a.event_seq OR min(e.seq) <> 1`,
  'a generation without exactly one queued and one terminal event, first and last': `SELECT g.id, g.status, array_agg(e.type ORDER BY e.seq) AS events
    FROM generations g LEFT JOIN asset_events e ON e.generation_id = g.id GROUP BY g.id, g.status
    HAVING (array_agg(e.type ORDER BY e.seq))[1] IS DISTINCT FROM 'queued' OR count(*) FILTER (WHERE e.type = 'queued') <> 1
      OR count(*) FILTER (WHERE e.type IN ('ready', 'failed', 'cancelled')) <> 1
      OR (array_agg(e.type ORDER BY e.seq DESC))[1] IS DISTINCT FROM CASE g.status WHEN 'succeeded' THEN 'ready' ELSE g.status END`,
  'generations of an asset that ran out of order': `SELECT * FROM (SELECT asset_id, seq, generation, type, max(generation) OVER (PARTITION BY asset_id ORDER BY seq) AS reached
    FROM asset_events WHERE type <> 'queued') AS e WHERE generation < reached`,
  'an embed that does not serve the newest clip': `SELECT a.id, a.current_generation_id, n.id AS newest FROM assets a
    LEFT JOIN (SELECT DISTINCT ON (asset_id) asset_id, id FROM generations WHERE status = 'succeeded' ORDER BY asset_id, number DESC) n ON n.asset_id = a.id
    WHERE a.current_generation_id IS DISTINCT FROM n.id`,
  'an asset that waits for nothing': `SELECT id FROM assets WHERE status = 'pending'`,
  'an outbox message that was not carried out': `SELECT key, kind, attempts, last_error FROM outbox`,
  'a run of the engine that has not ended': `SELECT id, function_id, status, takeovers FROM engine_runs WHERE status IN ('queued', 'running')`,
  'a generation with another number of runs than one': `SELECT g.id, g.status, count(r.id) AS runs FROM generations g
    LEFT JOIN engine_runs r ON r.event::json -> 'data' ->> 'generation_id' = g.id GROUP BY g.id, g.status
    HAVING count(r.id) > 1 OR (count(r.id) = 0 AND g.status <> 'cancelled')`,
};

/** What the books say that they must not say, in words. */
export async function auditBooks(books: Books): Promise<string[]> {
  const wrong: string[] = [];
  for (const [what, sql] of Object.entries(NEVER)) {
    for (const row of await books.query<object>(sql)) wrong.push(`${what}: ${JSON.stringify(row, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}`);
  }
  return wrong;
}

/** Compares what callers were told with the books: nothing lost, nothing doubled, nothing that nobody asked for. */
export async function auditLedger(books: Books, ledger: Ledger): Promise<string[]> {
  const wrong: string[] = [];
  const entries = await readGenerations(books);
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  for (const { key, generationId, generation, weather } of ledger.accepted) {
    const entry = byId.get(generationId);
    if (entry?.number !== generation) wrong.push(`accepted with ${key} as ${generationId}, number ${generation}, and in the books as ${JSON.stringify(entry)}`);
    else if (weather !== null && entry.status !== (weather === 'fine' ? 'succeeded' : 'failed')) wrong.push(`its source was ${weather}, and it ${entry.status}: ${generationId}`);
    else if (weather === null && entry.status === 'failed') wrong.push(`failed without a reason: ${generationId} ${entry.error_code}`);
  }
  const told = new Set(ledger.accepted.map((it) => it.generationId));
  if (told.size !== ledger.accepted.length) wrong.push(`${ledger.accepted.length} keys gave ${told.size} generations`);
  for (const { id, number } of entries) if (number > 1 && !told.has(id)) wrong.push(`nobody was told of ${id}`);

  for (const id of ledger.cancelled) if (byId.get(id)?.status !== 'cancelled') wrong.push(`its cancel was answered, and it ${byId.get(id)?.status}: ${id}`);
  for (const assetId of new Set(entries.map((entry) => entry.asset_id))) {
    const unasked = entries.filter((entry) => entry.asset_id === assetId && entry.status === 'cancelled' && !ledger.cancelled.has(entry.id));
    const lost = ledger.lostCancels.get(assetId) ?? 0;
    if (unasked.length > lost) wrong.push(`${unasked.length} cancelled with ${lost} lost answers: ${unasked.map((entry) => entry.id).join(', ')}`);
  }

  const keys = await books.query<{ key: string; id: string }>(`SELECT key, answer ->> 'generation_id' AS id FROM idempotency_keys`);
  const kept = new Map(keys.map(({ key, id }) => [key, id]));
  for (const { key, generationId } of ledger.accepted) if (kept.get(key) !== generationId) wrong.push(`the key ${key} is kept with ${kept.get(key)}`);
  if (kept.size !== ledger.accepted.length) wrong.push(`${kept.size} keys are kept of ${ledger.accepted.length}`);
  return wrong;
}
