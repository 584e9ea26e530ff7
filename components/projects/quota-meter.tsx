'use client';
import { explain } from '../api-error';
import { Skeleton } from '../ui/skeleton';
import { quotaText } from './quota-words';
import { useMe } from './use-me';

/** How much of the month is left. */
export function QuotaMeter() {
  const { data: me, error } = useMe();
  if (error && !me) return <p className="text-[0.8125rem] text-muted">Quota unknown. {explain(error)}</p>;
  if (!me) return <Skeleton className="h-9 w-56" />;
  const { used, limit } = me.quota;
  const part = limit > 0 ? Math.min(1, used / limit) : 1;
  return (
    <div className="grid gap-1.5">
      <p className="text-[0.8125rem] text-muted tabular-nums">{quotaText(me)}</p>
      <div
        role="meter"
        aria-label="Generations used this month"
        aria-valuemin={0}
        aria-valuemax={limit}
        aria-valuenow={Math.min(used, limit)}
        aria-valuetext={`${used} of ${limit} used`}
        className="h-1 overflow-hidden rounded-full bg-ink/12"
      >
        <div className={`h-full rounded-full ${part >= 1 ? 'bg-danger' : 'bg-ink'}`} style={{ width: `${part * 100}%` }} />
      </div>
    </div>
  );
}
