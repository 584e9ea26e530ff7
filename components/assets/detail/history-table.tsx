import { explainStored } from '../../api-error';
import type { Generation } from '../../api-types';
import { formatBytes, formatMoment, formatTook, modeNames, motionNames } from '../../format';
import { inOrder } from '../live/stage-words';

const statusWords = { queued: 'Queued', running: 'Running', succeeded: 'Succeeded', failed: 'Failed', cancelled: 'Cancelled' };
const sourceWords = { vision: 'from the image and the brand', override: 'given for this run', asset: 'of the embed URL' };

/** Each run of the asset, newest first. Columns that a phone has no room for move under the prompt. */
export function HistoryTable({ generations }: { generations: Generation[] }) {
  return (
    <section aria-label="Generation history" className="mt-12 grid gap-3">
      <h2 className="text-base font-semibold">Generation history</h2>
      {generations.length === 0 ? (
        <p className="text-muted">No generation yet.</p>
      ) : (
        <div className="panel overflow-hidden">
          <table className="w-full border-collapse text-left text-[0.8125rem]">
            <thead className="border-b border-line text-muted">
              <tr className="[&>th]:px-4 [&>th]:py-2.5 [&>th]:font-medium">
                <th scope="col">No.</th>
                <th scope="col">Status</th>
                <th scope="col" className="max-md:hidden">
                  Asked for
                </th>
                <th scope="col" className="max-lg:hidden">
                  Model
                </th>
                <th scope="col" className="max-lg:hidden">
                  Seed
                </th>
                <th scope="col" className="text-right">
                  Took
                </th>
                <th scope="col" className="text-right max-md:hidden">
                  Size
                </th>
                <th scope="col" className="text-right max-sm:hidden">
                  Charge
                </th>
              </tr>
            </thead>
            {generations.map((generation) => (
              <Run key={generation.id} generation={generation} />
            ))}
          </table>
        </div>
      )}
    </section>
  );
}

function Run({ generation: run }: { generation: Generation }) {
  const took = run.started_at && run.finished_at ? formatTook(run.finished_at - run.started_at) : '–';
  const params = `${motionNames[run.params.motion]} · ${modeNames[run.params.mode]} · ${run.params.dur_seconds} s`;
  const charge = run.charge === 'refunded' ? 'Refunded' : run.overage ? 'Overage' : 'Charged';
  const size = run.bytes ? formatBytes(run.bytes) : '–';
  const failure = run.error ? explainStored(run.error) : null;
  const stages = inOrder(run.timings).map(([stage, ms]) => `${stage} ${formatTook(ms)}`);
  return (
    <tbody className="border-b border-line last:border-0">
      <tr className="[&>*]:px-4 [&>*]:pt-3 [&>*]:align-baseline">
        <th scope="row" className="font-medium tabular-nums">
          {run.number}
        </th>
        <td>
          {statusWords[run.status]}
          {run.current && <span className="ml-2 rounded-full bg-accent-soft px-2 py-0.5 text-xs font-medium whitespace-nowrap text-accent">Served now</span>}
        </td>
        <td className="max-md:hidden">{params}</td>
        <td className="max-lg:hidden">{run.model ?? '–'}</td>
        <td className="font-mono text-xs max-lg:hidden">{run.seed ?? '–'}</td>
        <td className="text-right tabular-nums">{took}</td>
        <td className="text-right tabular-nums max-md:hidden">{size}</td>
        <td className={`text-right max-sm:hidden ${run.charge === 'refunded' ? 'text-muted' : ''}`}>{charge}</td>
      </tr>
      <tr>
        <td className="max-sm:hidden" />
        <td colSpan={7} className="px-4 pt-1 pb-3.5 text-pretty text-muted">
          {failure && (
            <p className="text-danger">
              {failure.title} {failure.detail}
            </p>
          )}
          {run.prompt && (
            <p>
              <q className="text-ink">{run.prompt}</q> {run.prompt_source && `(${sourceWords[run.prompt_source]})`}
            </p>
          )}
          <p className="md:hidden">{params}</p>
          <p className="lg:hidden">
            {run.model} · seed {run.seed ?? '–'}
            {run.bytes && <span className="md:hidden"> · {size}</span>}
            <span className="sm:hidden"> · {charge}</span>
          </p>
          <p className="tabular-nums">{[formatMoment(run.created_at), ...stages].join(' · ')}</p>
        </td>
      </tr>
    </tbody>
  );
}
