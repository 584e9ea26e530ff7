'use client';
import { ArrowLeft, RefreshCw, Trash2, X } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { api } from '../../api-client';
import { RequestFailed, explain, explainStored } from '../../api-error';
import { Button } from '../../ui/button';
import { Confirm } from '../../ui/confirm';
import { Empty } from '../../ui/empty';
import { Notice } from '../../ui/notice';
import { Skeleton } from '../../ui/skeleton';
import { forgetAsset, useAsset } from '../asset-store';
import { RunProgress } from '../live/run-progress';
import { useCancel } from '../live/use-cancel';
import { useLiveRun } from '../live/use-live-run';
import { useOutcome } from '../live/use-outcome';
import { RegenerateDialog } from '../regenerate/regenerate-dialog';
import { StatusMark } from '../status-mark';
import { useDetail } from '../use-detail';
import type { Asset, Generation } from '../../api-types';
import { EmbedSnippets } from './embed-snippets';
import { EventTimeline } from './event-timeline';
import { HistoryTable } from './history-table';
import { LargeClip } from './large-clip';
import { Parameters } from './parameters';

export function AssetView({ id }: { id: string }) {
  const { asset: read, generations, error, reload } = useDetail(id);
  const stored = useAsset(id);
  const asset = stored ?? read;
  if (!asset || stored === null) {
    if (!error) return <Skeleton className="h-96 w-full" />;
    const gone = error instanceof RequestFailed && error.status === 404;
    return (
      <Empty
        title={gone ? 'This asset does not exist' : 'The asset could not be loaded'}
        action={gone ? <Button asChild><Link href="/dashboard">All assets</Link></Button> : <Button onClick={reload}>Try again</Button>}
      >
        <p role="alert">{gone ? 'It was deleted, or it belongs to another account.' : explain(error)}</p>
      </Empty>
    );
  }
  return <Loaded key={asset.id} asset={asset} generations={generations} />;
}

function Loaded({ asset, generations }: { asset: Asset; generations: Generation[] }) {
  const router = useRouter();
  const run = useLiveRun(asset);
  useOutcome(asset);
  const { cancel, busy, failure } = useCancel(asset.id);
  const [regenerating, setRegenerating] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const name = asset.name;
  const stored = !run && asset.error ? explainStored(asset.error) : null;

  return (
    <>
      <Link href="/dashboard" className="mb-3 inline-flex items-center gap-1.5 self-start rounded-md text-[0.8125rem] text-muted hover:text-ink">
        <ArrowLeft size={14} aria-hidden /> Assets
      </Link>
      <div className="mb-6 flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <div className="flex min-w-0 flex-wrap items-baseline gap-x-4 gap-y-1">
          <h1 className="min-w-0 text-2xl font-semibold break-words">{name}</h1>
          <StatusMark asset={asset} />
        </div>
        <div className="flex gap-2">
          <Button look="quiet" onClick={() => setDeleting(true)}>
            <Trash2 size={15} aria-hidden /> Delete
          </Button>
          {run && (
            <Button disabled={busy} onClick={cancel}>
              <X size={15} aria-hidden /> Cancel run
            </Button>
          )}
          <Button look="primary" onClick={() => setRegenerating(true)}>
            <RefreshCw size={15} aria-hidden /> Regenerate
          </Button>
        </div>
      </div>
      <div className="grid gap-x-10 gap-y-10 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <div className="grid min-w-0 content-start gap-4">
          <LargeClip asset={asset} />
          {run && (
            <div className="panel px-4 py-3.5">
              <RunProgress run={run} name={`${name}, generation ${run.generation}`} />
            </div>
          )}
          {failure && <Notice tone="error">{failure}</Notice>}
          {stored && (
            <Notice tone="error" action={<Button size="small" onClick={() => setRegenerating(true)}>Try again</Button>}>
              {stored.title} {stored.detail} {asset.mp4_url && 'The previous clip stays.'}
            </Notice>
          )}
          <div className="mt-4">
            <EventTimeline asset={asset} />
          </div>
        </div>
        <div className="grid min-w-0 content-start gap-8">
          <EmbedSnippets asset={asset} />
          <Parameters asset={asset} current={generations.find((generation) => generation.current)} />
        </div>
      </div>
      <HistoryTable generations={generations} />
      <RegenerateDialog asset={regenerating ? asset : null} onClose={() => setRegenerating(false)} />
      <Confirm
        open={deleting}
        onOpenChange={setDeleting}
        title={`Delete ${name}?`}
        action="Delete asset"
        onConfirm={async () => {
          await api.remove(asset.id);
          router.push('/dashboard');
          forgetAsset(asset.id);
        }}
      >
        Its clip, poster and history go, and pages that embed its URL lose them. This cannot be undone.
      </Confirm>
    </>
  );
}
