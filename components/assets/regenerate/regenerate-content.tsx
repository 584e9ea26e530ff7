'use client';
import { useState } from 'react';
import type { Asset } from '../../api-types';
import { ClipFrame } from '../clip-frame';
import { useLiveRun } from '../live/use-live-run';
import { useReducedMotion } from '../use-reduced-motion';
import { RegenerateForm } from './regenerate-form';
import { RunPanel } from './run-panel';
import { useSubmit } from './use-submit';

/** The current clip beside the form, then beside the run. */
export function RegenerateContent({ asset, onClose }: { asset: Asset; onClose: () => void }) {
  const reduced = useReducedMotion();
  const run = useLiveRun(asset);
  const sending = useSubmit(asset.id);
  const [round, setRound] = useState(0);
  const clip = (
    <figure className="grid gap-2">
      <ClipFrame asset={asset} playing={!reduced} fit="contain" className="aspect-video rounded-lg" />
      <figcaption className="text-[0.8125rem] text-muted" data-testid="modal-clip-caption">
        {asset.generation ? `Generation ${asset.generation}, served now` : `${asset.name} has no clip yet`}
      </figcaption>
    </figure>
  );
  if (sending.accepted) {
    return (
      <div className="grid gap-6 overflow-y-auto px-5 pt-1 pb-6 sm:px-6 md:grid-cols-2">
        {clip}
        <RunPanel
          asset={asset}
          accepted={sending.accepted}
          run={run}
          onClose={onClose}
          onAgain={() => {
            sending.again();
            setRound(round + 1);
          }}
        />
      </div>
    );
  }
  return <RegenerateForm key={round} asset={asset} clip={clip} run={run} sending={sending} />;
}
