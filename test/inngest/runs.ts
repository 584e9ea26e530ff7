import type { Executor } from './executor';

const STATUS: Record<string, string> = { queued: 'Running', running: 'Running', completed: 'Completed', failed: 'Failed', cancelled: 'Cancelled' };
type Row = NonNullable<Awaited<ReturnType<Executor['db']['engineRun']['findUnique']>>>;

const time = (ms: bigint | null) => (ms === null ? null : new Date(Number(ms)).toISOString());

/** A run as `GET /v1/runs/{id}` shows it. */
function viewOf(run: Row, eventId: string) {
  return {
    run_id: run.id,
    function_id: run.functionId,
    event_id: eventId,
    run_started_at: time(run.startedAt ?? run.createdAt),
    ended_at: time(run.finishedAt),
    status: STATUS[run.status],
    output: JSON.parse(run.output ?? run.error ?? 'null') as unknown,
  };
}

export async function eventRuns({ db }: Executor, eventId: string) {
  const event = await db.engineEvent.findUnique({ where: { id: eventId } });
  const runs = event ? await db.engineRun.findMany({ where: { eventSeq: event.seq }, orderBy: { seq: 'asc' } }) : [];
  return runs.map((run) => viewOf(run, eventId));
}

export async function findRun({ db }: Executor, runId: string) {
  const run = await db.engineRun.findUnique({ where: { id: runId } });
  return run && viewOf(run, (JSON.parse(run.event) as { id: string }).id);
}
