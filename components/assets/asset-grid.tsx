'use client';
import { ImagePlus, Plus } from 'lucide-react';
import { useCallback, useState } from 'react';
import { explain } from '../api-error';
import type { Asset, Project } from '../api-types';
import { QuotaMeter } from '../projects/quota-meter';
import { Button } from '../ui/button';
import { Empty } from '../ui/empty';
import { Segmented } from '../ui/segmented';
import { Skeleton } from '../ui/skeleton';
import { AssetCard } from './asset-card';
import { ArrivalCard } from './new/arrival-card';
import { DropZone } from './new/drop-zone';
import { NewAssetDialog } from './new/new-asset-dialog';
import { useArrivals } from './new/use-arrivals';
import { LoadMore } from './load-more';
import { RegenerateDialog } from './regenerate/regenerate-dialog';
import { useAssetPages } from './use-asset-pages';

const gridClass = 'grid grid-cols-[repeat(auto-fill,minmax(min(100%,19rem),1fr))] gap-4 sm:gap-5';
const filters = [
  { value: 'all', name: 'All' },
  { value: 'ready', name: 'Ready' },
  { value: 'pending', name: 'Generating' },
  { value: 'failed', name: 'Failed' },
] as const;

/** A project's assets: see, add, regenerate. */
export function AssetGrid({ project }: { project: Project }) {
  const [filter, setFilter] = useState<(typeof filters)[number]['value']>('all');
  const pages = useAssetPages(project.id, filter === 'all' ? '' : filter);
  const { reload } = pages;
  const made = useCallback(() => reload(), [reload]);
  const { arrivals, add, retry, dismiss } = useArrivals(project.id, made);
  const [adding, setAdding] = useState(false);
  const [regenerating, setRegenerating] = useState<Asset | null>(null);
  const empty = pages.assets.length === 0 && arrivals.length === 0;

  return (
    <DropZone onSources={add}>
      <div className="mb-6 flex flex-wrap items-end justify-between gap-x-6 gap-y-4">
        <div className="grid gap-2">
          <h1 className="text-2xl font-semibold">Assets</h1>
          <QuotaMeter />
        </div>
        <div className="flex flex-wrap items-center gap-2.5 max-sm:w-full">
          <Segmented label="Show" value={filter} options={filters} onChange={setFilter} className="max-sm:w-full" />
          <Button look="primary" onClick={() => setAdding(true)} className="max-sm:w-full">
            <Plus size={16} aria-hidden /> New asset
          </Button>
        </div>
      </div>

      {pages.error && empty ? (
        <Empty title="The assets could not be loaded" action={<Button onClick={reload}>Try again</Button>}>
          <p role="alert">{explain(pages.error)}</p>
        </Empty>
      ) : pages.isLoading && arrivals.length === 0 ? (
        <div className={gridClass} role="status" aria-label="Loading assets">
          {Array.from({ length: 6 }, (_, index) => (
            <Skeleton key={index} className="aspect-[19/16] rounded-xl" />
          ))}
        </div>
      ) : empty && filter !== 'all' ? (
        <Empty title="None of these" action={<Button onClick={() => setFilter('all')}>Show all</Button>}>
          No asset of this project is {filter === 'pending' ? 'being generated' : filter} now.
        </Empty>
      ) : empty ? (
        <Empty
          icon={<ImagePlus size={28} strokeWidth={1.5} aria-hidden />}
          title="Drop an image here"
          action={
            <Button look="primary" onClick={() => setAdding(true)}>
              <Plus size={16} aria-hidden /> New asset
            </Button>
          }
        >
          Or paste one, or its address. It becomes a clip in a moment, behind a URL that stays.
        </Empty>
      ) : (
        <ul className={gridClass} aria-label="Assets">
          {arrivals.map((arrival) => (
            <li key={arrival.key} className="grid">
              <ArrivalCard arrival={arrival} onRetry={() => void retry(arrival)} onDismiss={() => dismiss(arrival)} />
            </li>
          ))}
          {pages.assets.map((asset) => (
            <li key={asset.id} className="grid">
              <AssetCard listed={asset} onRegenerate={setRegenerating} />
            </li>
          ))}
        </ul>
      )}
      <LoadMore more={pages.more} loading={pages.loadingMore} error={empty ? null : pages.error} onMore={pages.loadMore} onRetry={reload} />

      <NewAssetDialog open={adding} onOpenChange={setAdding} project={project} onSources={add} />
      <RegenerateDialog asset={regenerating} onClose={() => setRegenerating(null)} />
    </DropZone>
  );
}
