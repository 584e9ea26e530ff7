'use client';
import { RefreshCw } from 'lucide-react';
import Link from 'next/link';
import { useRef } from 'react';
import { explainStored } from '../api-error';
import type { Asset } from '../api-types';
import { modeNames, motionNames, plural } from '../format';
import { Button } from '../ui/button';
import { useAsset } from './asset-store';
import { ClipFrame } from './clip-frame';
import { RunProgress } from './live/run-progress';
import { useLiveRun } from './live/use-live-run';
import { useOutcome } from './live/use-outcome';
import { StatusMark } from './status-mark';
import { useHoverPlay } from './use-hover-play';

interface Props {
  listed: Asset;
  onRegenerate: (asset: Asset) => void;
}

/** One asset of the grid: its clip, what it is, how it does. */
export function AssetCard({ listed, onRegenerate }: Props) {
  const asset = useAsset(listed.id) ?? listed;
  const card = useRef<HTMLElement>(null);
  const { playing, handlers } = useHoverPlay(card);
  const run = useLiveRun(asset);
  useOutcome(asset);
  const name = asset.name;
  const failure = !run && asset.error ? explainStored(asset.error) : null;
  return (
    <article
      ref={card}
      aria-label={name}
      data-asset-id={asset.id}
      data-generation={asset.generation ?? 0}
      className="group panel relative flex flex-col overflow-hidden transition-[border-color,box-shadow] focus-within:border-line-strong hover:border-line-strong hover:shadow-lg hover:shadow-(color:--shadow)"
      {...handlers}
    >
      <ClipFrame asset={asset} playing={playing} className="aspect-video">
        {run && (
          <div className="absolute inset-x-2 bottom-2 rounded-lg bg-surface/95 px-3 py-2.5 shadow-sm">
            <RunProgress run={run} name={name} />
          </div>
        )}
      </ClipFrame>
      <div className="flex flex-1 flex-col gap-1 p-3.5 pt-3">
        <div className="flex items-center justify-between gap-3">
          <h2 className="min-w-0 truncate font-medium tracking-normal">
            {/* The whole card is the link; other controls lie above it. */}
            <Link href={`/dashboard/assets/${asset.id}`} title={asset.src_url} className="outline-none after:absolute after:inset-0 after:rounded-xl focus-visible:after:outline-2 focus-visible:after:outline-offset-2 focus-visible:after:outline-ink">
              {name}
            </Link>
          </h2>
          <StatusMark asset={asset} />
        </div>
        <div className="flex items-end justify-between gap-2">
          <p className="min-w-0 text-[0.8125rem] text-muted">
            {modeNames[asset.mode]} · {motionNames[asset.motion]} · {asset.dur_seconds} s
            <br />
            <span className="block truncate">
              {plural(asset.generation_count, 'generation')}
              {asset.model && ` · ${asset.model}`}
            </span>
          </p>
          <Button size="small" className="relative" onClick={() => onRegenerate(asset)} aria-label={`Regenerate ${name}`}>
            <RefreshCw size={13} aria-hidden />
            Regenerate
          </Button>
        </div>
        {failure && (
          <p className="mt-1.5 border-t border-line pt-2 text-[0.8125rem]">
            <span className="text-danger">{failure.title}</span>{' '}
            <span className="break-words text-muted">
              {failure.detail}
              {asset.mp4_url && ' The previous clip stays.'}
            </span>
          </p>
        )}
      </div>
    </article>
  );
}
