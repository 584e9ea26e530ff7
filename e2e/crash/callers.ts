import { setTimeout as pause } from 'node:timers/promises';
import { type Answer, type Cluster, expectJson, textOf } from './cluster';
import type { Dice } from './dice';
import type { Ledger } from './ledger';
import type { SourceHost, Weather } from './source-host';
import type { Watcher } from './watcher';

const MODES = ['loop', 'animate-in'] as const;
/** No generation of a run may take longer, however often its server dies. */
const END_MS = 240_000;

export interface Caller {
  cluster: Cluster;
  ledger: Ledger;
  watcher: Watcher;
  dice: Dice;
  /** Makes keys unique to this run and caller. */
  name: string;
}

/** Regenerates one asset again and again: singly, twice in a row, the same call at once from two places; and cancels. */
export async function keepRegenerating(caller: Caller): Promise<void> {
  const { cluster, watcher, dice } = caller;
  for (let turn = 0; !cluster.run.over; turn += 1) {
    const mode = dice.pick(MODES);
    const keys = Array.from({ length: dice.oneIn(4) ? 2 : 1 }, (_, index) => `${caller.name}-${turn}-${index}`);
    const repeats = dice.oneIn(6) ? 2 : 1;
    const calls = keys.flatMap((key) => Array.from({ length: repeats }, () => regenerate(caller, key, { mode }, null)));
    await Promise.all(calls);
    if (dice.oneIn(7)) await cancelSoon(caller);
    const enough = dice.below(2);
    await cluster.run.until('a generation ended', () => watcher.inFlight <= enough || cluster.run.over, END_MS);
  }
}

const WEATHERS: readonly Weather[] = ['fine', 'gone', 'fine', 'broken'];

/** Regenerates an asset whose source is sometimes not to be had: then the runs must fail and give their units back. */
export async function keepRegeneratingInWeather(caller: Caller, host: SourceHost): Promise<void> {
  const { cluster, watcher, dice } = caller;
  for (let turn = 0; !cluster.run.over; turn += 1) {
    host.weather = dice.pick(WEATHERS);
    const mode = dice.pick(MODES);
    for (let left = 1 + dice.below(2); left > 0; left -= 1) await regenerate(caller, `${caller.name}-${turn}-${left}`, { mode }, host.weather);
    await cluster.run.until('the generations of the asset with the fickle source ended', () => watcher.inFlight === 0, END_MS);
  }
}

/** Calls until it is answered, with the same key each time, to whichever server is up. */
async function regenerate({ cluster, ledger, watcher, dice }: Caller, key: string, json: object, weather: Weather | null): Promise<void> {
  const { asset } = watcher;
  const path = `/api/assets/${asset.id}/regenerate`;
  for (;;) {
    const answer = await cluster.insist(dice, { path, method: 'POST', cookie: asset.account.cookie, json, headers: { 'Idempotency-Key': key } });
    if (answer.status === 429 && (await waitedOut(answer))) continue;
    const { generation_id: generationId, generation } = expectJson<{ generation_id: string; generation: number }>(answer, 200, `regenerate ${key}`);
    watcher.known.add(generationId);
    const before = ledger.accepted.find((it) => it.key === key);
    if (!before) ledger.accepted.push({ assetId: asset.id, key, generationId, generation, weather });
    else if (before.generationId !== generationId) throw new Error(`the key ${key} gave ${before.generationId}, then ${generationId}`);
    return;
  }
}

/** Thirty calls a minute are allowed; a caller that is told to wait does. */
async function waitedOut(answer: Answer): Promise<boolean> {
  const { code, retry_after_ms: ms } = JSON.parse(textOf(answer)) as { code: string; retry_after_ms: number };
  if (code === 'rate_limited') await pause(ms);
  return code === 'rate_limited';
}

/** Cancels what is in flight then; a cancel whose answer is lost is not repeated, for it might end the next one. */
async function cancelSoon({ cluster, ledger, watcher, dice }: Caller): Promise<void> {
  const { asset } = watcher;
  const events = watcher.events.length + dice.below(6);
  await cluster.run.until('an event came', () => watcher.events.length >= events || watcher.inFlight === 0, END_MS);
  const answer = await cluster.call(await cluster.anyUp(dice), { path: `/api/assets/${asset.id}/cancel`, method: 'POST', cookie: asset.account.cookie, json: {} });
  if (!answer) return ledger.loseCancel(asset.id);
  if (answer.status === 409) return;
  ledger.cancelled.add(expectJson<{ generation_id: string }>(answer, 200, 'cancel').generation_id);
}
