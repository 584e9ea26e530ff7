import { GRACE_MS } from '@/lib/generation/finalize-generation';
import { isTerminal } from '../replicate/types';
import { isLate } from './check-predictions';
import type { Run } from './hostile-engine';
import { inFlight } from './model';
import type { Simulation } from './simulation';
import { must } from './violation';

const MINUTE = 60_000;

/** Generations that have no excuse: nothing stands in their way from now on. Asked before everything comes to its end. */
export function owedClips({ world, rows, excuses }: Simulation): string[] {
  if (excuses.any) return [];
  const now = world.clock.now();
  const soon = ({ status, started, dispatches }: (typeof rows.generations)[number]) => dispatches <= 2 && (status === 'queued' || now - started! < 2 * MINUTE);
  // Who stands still may find the limit of its stage passed, if it has not already.
  const stuck = new Set(world.engine.runs.filter((run) => run.task?.standsStill || hasFailed(run)).map(({ data }) => data.generation_id));
  return rows.generations.filter((row) => inFlight(row) && soon(row) && !stuck.has(row.id)).map(({ id }) => id);
}

const hasFailed = ({ failure, memo }: Run) => failure !== null || [...memo.values()].some((one) => 'error' in one);

/** What the service does is paid for: of two for one stage that run at once, one is cancelled (decision 0008). */
export const liveAtService = ({ world }: Simulation) => new Set(world.standIn.predictions().flatMap(({ id, status }) => (isTerminal(status) ? [] : [id])));

/** When all has come to its end, nothing is left that should not be. */
export function checkFinality(sim: Simulation, owed: string[], live: Set<string>): void {
  const { rows, world } = sim;
  for (const id of owed) {
    const row = rows.generations.find((one) => one.id === id);
    // A cancel that stood still may have gone on since.
    must(row === undefined || row.status === 'succeeded' || row.status === 'cancelled', 'what nothing hinders succeeds', () => `${row?.status}: ${row?.error_code} ${row?.error_msg}`);
  }
  for (const asset of rows.assets) {
    must(asset.live || asset.current_generation_id === null, 'the edge is told of each new clip', () => asset.id);
    must(asset.poster_key === null || world.storage.objects.has(asset.poster_key), 'a poster that is shown is there', () => asset.poster_key!);
  }
  checkPredictionsEnded(sim, live);
  checkLeftovers(sim);
}

function checkPredictionsEnded({ rows, world, originOf }: Simulation, live: Set<string>): void {
  const open = rows.predictions.filter(({ outcome }) => outcome === null);
  must(open.length === 0, 'every call of the service is known to have ended', () => open.map(({ id }) => id).join(', '));
  const makings = world.standIn.predictions().map(({ id }) => ({ stage: stageOf(id), making: world.makings.get(id)! }));
  const late = new Set(makings.filter(({ making }) => isLate(making)).map(({ stage }) => stage));
  const lost = new Set(makings.filter(({ making }) => making.lost || making.by.outcome === 'crashed').map(({ stage }) => stage));
  for (const { id, status } of world.standIn.predictions()) {
    // One made twice because a process was stopped in the middle is cancelled by that process (decision 0008), if it still can.
    must(isTerminal(status) || (late.has(stageOf(id)) && lost.has(stageOf(id))), 'nothing is left running at the service', () => `${id} is ${status}, for ${stageOf(id)}`);
  }
  for (const stage of late) {
    const kept = world.standIn.predictions().filter(({ id, status }) => live.has(id) && status !== 'canceled' && stageOf(id) === stage);
    must(kept.length <= 1 || lost.has(stage), 'of two predictions of a stage one is cancelled', () => stage);
  }

  function stageOf(id: string): string {
    const origin = originOf(id);
    return `${origin?.generationId}/${origin?.stage}`;
  }
}

function checkLeftovers({ rows, world, endedAt }: Simulation): void {
  const wanted = new Set(rows.assets.flatMap(({ current_generation_id: id, poster_key }) => [poster_key, rows.generations.find((row) => row.id === id)?.clip_key]));
  for (const [key, { atMs }] of world.storage.objects) {
    if (key.startsWith('uploads/') || wanted.has(key)) continue;
    const generationId = /gen_[0-9A-Z]+/.exec(key)?.[0] ?? '';
    // Whoever stood still for longer than the grace time cannot be waited for.
    const late = atMs > (endedAt.get(generationId) ?? Infinity) + GRACE_MS;
    must(late, 'nothing is left behind', () => `${key}, of a generation that ${rows.generations.find((row) => row.id === generationId)?.status ?? 'was deleted'}`);
  }
}
