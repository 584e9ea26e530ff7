import type { Asset, Generation } from '../../api-types';
import { formatBytes, formatMoment, modeNames, motionNames, plural } from '../../format';
import { awaitsEdge } from '../live/use-edge-wait';

/** The asset's current values. */
export function Parameters({ asset, current }: { asset: Asset; current: Generation | undefined }) {
  const rows: Array<[string, string | number | null]> = [
    ['Motion', motionNames[asset.motion]],
    ['Mode', modeNames[asset.mode]],
    ['Duration', `${asset.dur_seconds} s`],
    ['Seed', asset.seed === null ? `Fresh each time${current ? ` (last ${current.seed})` : ''}` : `Pinned to ${asset.seed}`],
    ['Aspect', asset.aspect],
    ['Size', asset.width && asset.height ? `${asset.width} × ${asset.height}${asset.bytes ? `, ${formatBytes(asset.bytes)}` : ''}` : null],
    ['Model', asset.model],
    ['Loop seam', asset.loop_mode],
    ['Generations', plural(asset.generation_count, 'generation')],
    ['Created', formatMoment(asset.created_at)],
    ['Live at the edge', awaitsEdge(asset) ? 'Waiting for the edge' : asset.edge_live_at && formatMoment(asset.edge_live_at)],
    ['Asset id', asset.id],
    ['Source', asset.src_url],
  ];
  return (
    <section aria-label="Parameters" className="grid gap-3">
      <h2 className="text-base font-semibold">Parameters</h2>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-5 gap-y-1.5 text-[0.8125rem]">
        {rows.map(([name, value]) =>
          value ? (
            <div key={name} className="contents">
              <dt className="text-muted">{name}</dt>
              <dd className="wrap-anywhere">{value}</dd>
            </div>
          ) : null,
        )}
      </dl>
      {asset.vision_prompt && (
        <div className="text-[0.8125rem]">
          <p className="text-muted">Prompt of the current clip</p>
          <p className="mt-1 text-pretty">{asset.vision_prompt}</p>
        </div>
      )}
    </section>
  );
}
