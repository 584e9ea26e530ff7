'use client';
import { Upload } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import type { Project } from '../../api-types';
import { costOf } from '../../projects/quota-words';
import { useMe } from '../../projects/use-me';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Field } from '../../ui/field';
import { Notice } from '../../ui/notice';
import { MotionFields } from '../motion-fields';
import { ACCEPTED, readUrl } from './check-file';
import type { Options } from './use-arrivals';

interface Props {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  project: Project;
  onSources: (sources: Array<File | string>, options: Options) => void;
}

export function NewAssetDialog(props: Props) {
  return (
    <Dialog open={props.open} onOpenChange={props.onOpenChange} title="New asset" description="PNG, JPEG or WebP, up to 10 MB, 256 to 4096 px a side.">
      <NewAssetForm {...props} />
    </Dialog>
  );
}

function NewAssetForm({ project, onSources, onOpenChange }: Props) {
  const { data: me } = useMe();
  const defaults = { motion: project.default_motion, mode: project.default_mode, dur_seconds: project.default_dur_seconds };
  const [choice, setChoice] = useState(defaults);
  const [wrong, setWrong] = useState<string>();
  const cost = me && costOf(me, project);

  // Only what differs is said: a default is then filled in by the server and not part of the asset's identity.
  const options: Options = {
    ...(choice.motion !== defaults.motion && { motion: choice.motion }),
    ...(choice.mode !== defaults.mode && { mode: choice.mode }),
    ...(choice.dur_seconds !== defaults.dur_seconds && { dur_seconds: choice.dur_seconds }),
  };

  function take(sources: Array<File | string>) {
    if (sources.length === 0) return;
    onSources(sources, options);
    onOpenChange(false);
  }
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const url = readUrl(String(new FormData(event.currentTarget).get('src')));
    if (url) take([url]);
    else setWrong('Enter the image’s full address, starting with https://');
  }

  return (
    <form noValidate onSubmit={submit} aria-label="New asset" className="grid gap-5 overflow-y-auto px-5 pt-1 pb-6 sm:px-6">
      <label className="relative grid cursor-pointer place-items-center gap-1 rounded-xl border border-dashed border-line-strong px-4 py-7 text-center hover:bg-sunken has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-ink">
        <Upload size={20} strokeWidth={1.75} aria-hidden className="mb-1 text-muted" />
        <span className="font-medium">Choose images</span>
        <span className="text-[0.8125rem] text-muted">or drop or paste them anywhere on the grid</span>
        <input
          type="file"
          multiple
          accept={ACCEPTED}
          aria-label="Choose images"
          className="absolute inset-0 size-full cursor-pointer opacity-0"
          onChange={(event) => take([...(event.target.files ?? [])])}
        />
      </label>
      <Field
        label="Image address"
        name="src"
        type="url"
        inputMode="url"
        placeholder="https://cdn.acme.com/hero.jpg"
        error={wrong}
        hint="Its origin has to be on the project’s list of allowed origins."
      />
      <fieldset className="grid gap-4">
        <legend className="sr-only">How it moves</legend>
        <MotionFields value={choice} onChange={(part) => setChoice({ ...choice, ...part })} />
      </fieldset>
      {cost?.stop && <Notice tone="error">{cost.stop}.</Notice>}
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="text-muted tabular-nums">{cost?.text}</p>
        <Button type="submit" look="primary">
          Make from address
        </Button>
      </div>
    </form>
  );
}
