'use client';
import { useId } from 'react';
import type { Asset, Generation } from '../../api-types';
import { Button } from '../../ui/button';
import { FieldError, inputClass } from '../../ui/field';
import { Labelled } from '../../ui/labelled';
import { Segmented } from '../../ui/segmented';
import { MotionFields } from '../motion-fields';
import { PROMPT_MAX, SEED_MAX, draftErrors, type Draft } from './draft';

interface Props {
  asset: Asset;
  current: Generation | undefined;
  draft: Draft;
  change: (part: Partial<Draft>) => void;
}

const seedOptions = [
  { value: 'fresh', name: 'Fresh each time' },
  { value: 'pinned', name: 'Pinned' },
] as const;

/** The fields of the API, filled with the asset's current values. */
export function RegenerateFields({ asset, current, draft, change }: Props) {
  return (
    <div className="grid content-start gap-5">
      <MotionFields value={draft} before={asset} onChange={change} />
      <PromptField asset={asset} draft={draft} change={change} />
      <SeedField current={current} draft={draft} change={change} />
    </div>
  );
}

function PromptField({ asset, draft, change }: Omit<Props, 'current'>) {
  const id = useId();
  const { prompt: wrong } = draftErrors(draft);
  const length = draft.prompt.trim().length;
  return (
    <div className="grid gap-1.5">
      <div className="flex items-baseline justify-between gap-3">
        <label htmlFor={id} className="font-medium">
          Prompt for this run
        </label>
        <span className={`text-[0.8125rem] tabular-nums ${wrong ? 'text-danger' : 'text-muted'}`}>
          {length} / {PROMPT_MAX}
        </span>
      </div>
      <textarea
        id={id}
        rows={3}
        value={draft.prompt}
        onChange={(event) => change({ prompt: event.target.value })}
        placeholder="Leave empty to have it written from the image and the brand"
        aria-invalid={wrong ? true : undefined}
        aria-describedby={`${id}-context${wrong ? ` ${id}-error` : ''}`}
        className={`${inputClass} resize-y`}
      />
      <FieldError id={`${id}-error`}>{wrong}</FieldError>
      <p id={`${id}-context`} className="text-[0.8125rem] text-pretty text-muted">
        {asset.vision_prompt ? (
          <>
            The current clip was made with: <q className="text-ink">{asset.vision_prompt}</q>
          </>
        ) : (
          'No prompt has been written for this asset yet.'
        )}
      </p>
    </div>
  );
}

function SeedField({ current, draft, change }: Omit<Props, 'asset'>) {
  const id = useId();
  const { seed: wrong } = draftErrors(draft);
  const last = current?.seed ?? null;
  return (
    <Labelled name="Seed">
      <Segmented
        label="Seed"
        value={draft.pinned ? 'pinned' : 'fresh'}
        options={seedOptions}
        onChange={(choice) => change({ pinned: choice === 'pinned', seed: draft.seed || String(last ?? '') })}
      />
      {draft.pinned && (
        <div className="mt-1 flex gap-2">
          <label htmlFor={id} className="sr-only">
            Pinned seed
          </label>
          <input
            id={id}
            inputMode="numeric"
            value={draft.seed}
            onChange={(event) => change({ seed: event.target.value.trim() })}
            placeholder={`0 to ${SEED_MAX}`}
            aria-invalid={wrong ? true : undefined}
            aria-describedby={wrong ? `${id}-error` : undefined}
            className={`${inputClass} font-mono`}
          />
          {last !== null && draft.seed !== String(last) && (
            <Button onClick={() => change({ seed: String(last) })}>Use the current clip’s</Button>
          )}
        </div>
      )}
      {draft.pinned && <FieldError id={`${id}-error`}>{wrong}</FieldError>}
      {!draft.pinned && last !== null && (
        <p className="text-[0.8125rem] text-muted">
          The current clip used <span className="font-mono">{last}</span>; pin it to keep its character.
        </p>
      )}
    </Labelled>
  );
}
