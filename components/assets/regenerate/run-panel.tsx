'use client';
import { CircleCheck } from 'lucide-react';
import { explainStored } from '../../api-error';
import type { Accepted, Asset } from '../../api-types';
import { formatTook } from '../../format';
import { Button } from '../../ui/button';
import { CodeBlock } from '../../ui/code-block';
import { Notice } from '../../ui/notice';
import { RunProgress } from '../live/run-progress';
import { useCancel } from '../live/use-cancel';
import { awaitsEdge } from '../live/use-edge-wait';
import type { LiveRun } from '../live/use-live-run';
import { useDetail } from '../use-detail';

interface Props {
  asset: Asset;
  accepted: Accepted;
  run: LiveRun | null;
  onAgain: () => void;
  onClose: () => void;
}

/** What stands in the dialog after a request was accepted: the run, then how it ended. */
export function RunPanel({ asset, accepted, run, onAgain, onClose }: Props) {
  const { generations } = useDetail(asset.id);
  const { cancel, busy, failure } = useCancel(asset.id);
  const mine = generations.find((generation) => generation.number === accepted.generation);
  const succeeded = (asset.generation ?? 0) >= accepted.generation;
  const ended = succeeded || mine?.status === 'failed' || mine?.status === 'cancelled';

  return (
    <div className="grid content-start gap-5">
      {succeeded ? (
        <>
          <p className="flex items-start gap-2.5 text-base font-medium">
            <CircleCheck size={20} aria-hidden className="mt-0.5 shrink-0 text-ok" />
            Generation {accepted.generation}{' '}
            {awaitsEdge(asset) ? 'is made, and waits for the edge to let the old clip go.' : 'is live at the same URL.'}
          </p>
          {mine?.started_at && mine.finished_at && (
            <p className="text-muted">Made in {formatTook(mine.finished_at - mine.started_at)} with {mine.model}, seed {mine.seed}.</p>
          )}
          <CodeBlock title="Embed URL" code={asset.embed_url} what="embed URL" />
        </>
      ) : ended ? (
        <Notice tone="error">
          {mine?.status === 'cancelled' ? `Generation ${accepted.generation} was cancelled.` : <Ended error={mine?.error ?? asset.error ?? ''} />}
          {asset.mp4_url && ' The previous clip stays.'} The generation was given back to your month.
        </Notice>
      ) : (
        <>
          {run && run.generation === accepted.generation ? (
            <RunProgress run={run} name={`${asset.name}, generation ${run.generation}`} quiet />
          ) : (
            <p>{run ? `Waiting for generation ${run.generation} of this asset to end first.` : 'Starting…'}</p>
          )}
          <p className="text-pretty text-muted">
            {asset.mp4_url ? 'The embed URL plays the old clip until the new one is whole.' : 'The embed URL shows the poster until the clip is whole.'} You
            can close this; the run goes on.
          </p>
        </>
      )}
      {failure && <Notice tone="error">{failure}</Notice>}
      <div className="flex flex-wrap gap-2">
        {ended ? (
          <>
            <Button look="primary" onClick={onClose}>
              Done
            </Button>
            <Button onClick={onAgain}>{succeeded ? 'Try another variant' : 'Change and try again'}</Button>
          </>
        ) : (
          <>
            <Button onClick={onClose}>Close</Button>
            <Button look="quiet" disabled={busy} onClick={cancel}>
              Cancel the run
            </Button>
          </>
        )}
      </div>
    </div>
  );
}

function Ended({ error }: { error: string }) {
  const { title, detail } = explainStored(error || 'unknown: the run failed');
  return (
    <>
      {title} {detail}
    </>
  );
}
