'use client';
import { CircleAlert } from 'lucide-react';
import { Button } from '../../ui/button';
import { ProgressBar } from '../../ui/progress-bar';
import type { Arrival } from './use-arrivals';

interface Props {
  arrival: Arrival;
  onRetry: () => void;
  onDismiss: () => void;
}

/** The place in the grid of a source that is being taken in. */
export function ArrivalCard({ arrival, onRetry, onDismiss }: Props) {
  const failed = arrival.state === 'failed';
  const word = arrival.state === 'uploading' ? `Uploading ${Math.round(arrival.part * 100)}%` : 'Preparing';
  return (
    <article aria-label={`New asset ${arrival.name}`} className="panel animate-rise flex flex-col overflow-hidden">
      <div className="relative grid aspect-video place-items-center bg-sunken">
        {arrival.preview && (
          // eslint-disable-next-line @next/next/no-img-element
          <img src={arrival.preview} alt="" onError={(event) => (event.currentTarget.hidden = true)} className={`absolute inset-0 size-full object-cover ${failed ? 'opacity-40' : 'opacity-80'}`} />
        )}
        {failed && !arrival.preview && <CircleAlert size={24} strokeWidth={1.5} aria-hidden className="text-danger" />}
      </div>
      <div className="flex flex-1 flex-col gap-2 p-3.5 pt-3">
        <h2 className="truncate font-medium tracking-normal">{arrival.name}</h2>
        {failed ? (
          <>
            <p role="alert" className="text-[0.8125rem] text-danger">
              {arrival.error}
            </p>
            <div className="mt-auto flex gap-2 pt-1">
              {arrival.upgradeUrl ? (
                <Button asChild size="small">
                  <a href={arrival.upgradeUrl}>See plans</a>
                </Button>
              ) : (
                arrival.retriable && (
                  <Button size="small" onClick={onRetry}>
                    Try again
                  </Button>
                )
              )}
              <Button size="small" look="quiet" onClick={onDismiss}>
                Dismiss
              </Button>
            </div>
          </>
        ) : (
          <>
            <p className="text-[0.8125rem] text-muted tabular-nums">{word}</p>
            <ProgressBar label={`Progress of ${arrival.name}`} part={arrival.state === 'uploading' ? arrival.part : null} text={word} />
          </>
        )}
      </div>
    </article>
  );
}
