import { cx } from '../ui/class-names';
import type { Asset } from '../api-types';

/** In words, with a dot that is never the only sign. */
export function statusOf(asset: Asset) {
  if (asset.in_flight) return asset.in_flight.status === 'queued' ? 'Queued' : 'Generating';
  return { ready: 'Ready', failed: 'Failed', pending: 'Pending' }[asset.status];
}

export function StatusMark({ asset }: { asset: Asset }) {
  const word = statusOf(asset);
  const colour = asset.in_flight ? 'bg-accent animate-breathe' : { ready: 'bg-ok', failed: 'bg-danger', pending: 'bg-muted' }[asset.status];
  return (
    <span className="inline-flex shrink-0 items-center gap-1.5 text-[0.8125rem]">
      <span aria-hidden className={cx('size-1.5 rounded-full', colour)} />
      {word}
    </span>
  );
}
