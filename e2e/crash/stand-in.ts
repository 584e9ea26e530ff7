import { setTimeout as pause } from 'node:timers/promises';
import { models } from '../../lib/generation/replicate/models';
import { behaviours } from '../../test/replicate/behaviours';
import { type ServedStandIn, serveStandIn } from '../../test/replicate/serve';
import type { Books } from './books';
import type { Dice } from './dice';

/** A clip takes this long to be made there: kills come before, in the middle, and after. */
const WORK_MS = 600;
const STIR_MS = 400;

/** Replicate's API on this machine, for servers that are about to be killed. */
export async function startStandIn(): Promise<ServedStandIn & { env: Record<string, string> }> {
  const served = await serveStandIn({ startAfterMs: 100, afterMs: WORK_MS });
  const env = { REPLICATE_API_TOKEN: served.standIn.token, REPLICATE_BASE_URL: `${served.url}/v1`, REPLICATE_WEBHOOK_SECRET: served.standIn.webhookSecret };
  return { ...served, env };
}

/** What goes wrong at the service every now and then; none of it is a reason for a generation to fail. */
const TROUBLE: Array<(it: ServedStandIn['standIn']) => void> = [
  (it) => it.breakNext({ method: 'POST', path: /\/predictions$/, how: 'reset', afterEffect: true }),
  (it) => it.breakNext({ method: 'POST', path: /\/predictions$/, how: 'cut' }),
  (it) => it.breakNext({ method: 'GET', path: /\/predictions\//, how: 503 }),
  (it) => it.rateLimit(1, 1),
  (it) => it.script(models.team.slug, { webhooks: { copies: 3 } }),
  (it) => it.script(models.team.slug, { webhooks: { delayMs: { start: 2_000 } } }),
  (it) => it.script(models.team.slug, behaviours.succeed(3_000)),
];

/** Makes a trouble of the service from time to time, until `over`. */
export async function stir({ standIn }: ServedStandIn, dice: Dice, over: () => boolean): Promise<void> {
  while (!over()) {
    if (dice.oneIn(8)) dice.pick(TROUBLE)(standIn);
    await pause(STIR_MS);
  }
  standIn.mend();
}

/** The stand-in's own list against the books: one prediction a stage, each known, none left running. */
export async function auditPredictions(books: Books, { standIn }: ServedStandIn): Promise<string[]> {
  const wrong: string[] = [];
  const made = standIn.predictions();
  const counted = new Map<string, string[]>();
  for (const { id, webhook } of made) {
    // A call's webhook names its row: generation, stage, try.
    const row = new URL(webhook!).searchParams.get('prediction')!;
    const stage = row.slice(0, row.lastIndexOf('/'));
    counted.set(stage, [...(counted.get(stage) ?? []), id]);
  }
  for (const [stage, ids] of counted) if (ids.length > 1) wrong.push(`${ids.length} predictions for ${stage}: ${ids.join(', ')}`);
  const rows = await books.query<{ id: string; replicate_id: string | null; outcome: string | null }>('SELECT id, replicate_id, outcome FROM predictions');
  for (const { id, status } of made) {
    const row = rows.find((one) => one.replicate_id === id);
    if (!row?.outcome) wrong.push(`the prediction ${id} (${status}) is in the books as ${JSON.stringify(row)}`);
  }
  for (const row of rows) if (!row.outcome) wrong.push(`a call that has not ended: ${JSON.stringify(row)}`);
  if (standIn.running() > 0) wrong.push(`${standIn.running()} predictions still run`);
  return wrong;
}
