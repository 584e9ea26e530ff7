'use client';
import type { Asset } from '../../api-types';
import { formatClock, formatTook } from '../../format';
import { cx } from '../../ui/class-names';
import { stageWords } from '../live/stage-words';
import type { AssetEvent } from '../live/event-streams';
import { useEvents } from './use-events';

const words: Record<AssetEvent['name'], string> = {
  queued: 'Accepted',
  vision_started: 'Reading the image',
  vision_completed: 'Prompt written',
  vision_failed: 'Reading failed',
  stage_started: 'Started',
  stage_completed: 'Finished',
  stage_failed: 'Failed',
  retry_scheduled: 'Will be tried again',
  r2_write_completed: 'Clip stored',
  ready: 'Ready',
  failed: 'Run failed',
  cancelled: 'Run cancelled',
  progress: '',
};

function tell(event: AssetEvent) {
  return event.stage && event.name.startsWith('stage_') ? `${stageWords(event.stage)}: ${words[event.name].toLowerCase()}` : words[event.name];
}

/** Behind an edge a clip is live some time after it is ready, and the event tells of the latter alone. */
const liveAt = (event: AssetEvent, asset: Asset) => (event.name === 'ready' && event.generation === asset.generation ? asset.edge_live_at : null);

const colour = (name: string) =>
  name === 'ready' ? 'bg-ok' : name.endsWith('failed') ? 'bg-danger' : name === 'cancelled' ? 'bg-muted' : 'bg-line-strong';

/** What happened in the latest run, as it happens. */
export function EventTimeline({ asset }: { asset: Asset }) {
  const all = useEvents(asset);
  const latest = Math.max(...all.map((event) => event.generation), 0);
  const events = all.filter((event) => event.generation === latest);
  return (
    <section aria-label="Event timeline" className="grid gap-3">
      <h2 className="text-base font-semibold">
        Events{latest > 0 && <span className="font-normal text-muted"> of generation {latest}</span>}
      </h2>
      {events.length === 0 ? (
        <p className="text-[0.8125rem] text-muted">Nothing heard yet.</p>
      ) : (
        <ol className="grid text-[0.8125rem]">
          {events.map((event) => (
            <Row key={event.id} event={event} liveAtMs={liveAt(event, asset)} />
          ))}
        </ol>
      )}
    </section>
  );
}

function Row({ event, liveAtMs }: { event: AssetEvent; liveAtMs: number | null }) {
  const atMs = liveAtMs ?? event.ts;
  return (
    <li className="group relative grid grid-cols-[0.5rem_minmax(0,1fr)_auto] items-baseline gap-x-3 pb-2.5">
      <span aria-hidden className="absolute top-3 bottom-[-0.4rem] left-[0.21rem] w-px bg-line group-last:hidden" />
      <span aria-hidden className={cx('relative size-2 -translate-y-px rounded-full', colour(event.name))} />
      <span>
        {liveAtMs === null ? tell(event) : 'Live at the embed URL'}
        {event.latency_ms !== undefined && <span className="text-muted"> in {formatTook(event.latency_ms + atMs - event.ts)}</span>}
        {event.error_msg && <span className="block text-danger">{event.error_msg}</span>}
      </span>
      <time dateTime={new Date(atMs).toISOString()} className="text-muted tabular-nums">
        {formatClock(atMs)}
      </time>
    </li>
  );
}
