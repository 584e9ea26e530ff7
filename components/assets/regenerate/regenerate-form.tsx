'use client';
import { useEffect, useEffectEvent, useState, type FormEvent, type ReactNode } from 'react';
import type { Asset } from '../../api-types';
import { costOf } from '../../projects/quota-words';
import { useMe } from '../../projects/use-me';
import { useProjects } from '../../projects/use-projects';
import { Button } from '../../ui/button';
import { CodeBlock } from '../../ui/code-block';
import { Notice } from '../../ui/notice';
import type { LiveRun } from '../live/use-live-run';
import { useDetail } from '../use-detail';
import { bodyOf, curlOf, draftErrors, draftOf } from './draft';
import { RegenerateFields } from './fields';
import { KeepsAndChanges } from './keeps-and-changes';
import { Refusal } from './refusal';
import type { useSubmit } from './use-submit';

interface Props {
  asset: Asset;
  clip: ReactNode;
  run: LiveRun | null;
  sending: ReturnType<typeof useSubmit>;
}

export function RegenerateForm({ asset, clip, run, sending }: Props) {
  const { data: me } = useMe();
  const { projects } = useProjects();
  const { generations } = useDetail(asset.id);
  const [draft, setDraft] = useState(() => draftOf(asset));
  const body = bodyOf(asset, draft);
  const wrong = Object.keys(draftErrors(draft)).length > 0;
  const cost = me && costOf(me, projects.find((project) => project.id === asset.project_id));
  const blocked = Boolean(cost?.stop && cost.final);

  function submit(event?: FormEvent) {
    event?.preventDefault();
    if (!wrong && !blocked) void sending.submit(body);
  }
  // Heard by the whole dialog: its first focus is outside the form.
  const onShortcut = useEffectEvent((event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    submit();
  });
  useEffect(() => {
    document.addEventListener('keydown', onShortcut);
    return () => document.removeEventListener('keydown', onShortcut);
  }, []);

  return (
    <form onSubmit={submit} aria-label="Regenerate" className="flex min-h-0 flex-1 flex-col">
      <div className="grid gap-6 overflow-y-auto px-5 pt-1 pb-6 sm:px-6 md:grid-cols-2">
        <div className="grid content-start gap-5 max-md:contents">
          {clip}
          <div className="grid gap-5 max-md:order-last">
            <KeepsAndChanges asset={asset} body={body} next={asset.generation_count + 1} />
            <CodeBlock words title="The same as an API call" code={curlOf(window.location.origin, asset.id, body)} what="API call" />
          </div>
        </div>
        <RegenerateFields
          asset={asset}
          current={generations.find((generation) => generation.current)}
          draft={draft}
          change={(part) => setDraft((before) => ({ ...before, ...part }))}
        />
      </div>
      <footer className="grid gap-3 border-t border-line px-5 py-3.5 sm:px-6">
        {run && <Notice>Generation {run.generation} is in flight; this one will follow it.</Notice>}
        {sending.error != null ? (
          <Refusal error={sending.error} />
        ) : (
          cost?.stop && (
            <Notice
              tone="error"
              action={
                <Button asChild size="small">
                  {cost.final ? <a href="/pricing">See plans</a> : <a href="/dashboard/settings">Project settings</a>}
                </Button>
              }
            >
              {cost.stop}.
            </Notice>
          )
        )}
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p data-testid="cost" className="text-muted tabular-nums">
            {cost ? cost.text : 'Counting what is left…'}
          </p>
          <Button type="submit" look="primary" disabled={sending.busy || wrong || blocked} className="max-sm:flex-1">
            {sending.busy ? 'Sending…' : 'Regenerate'}
            <kbd aria-hidden className="font-sans text-xs opacity-60 max-sm:hidden">
              Ctrl ↵
            </kbd>
          </Button>
        </div>
      </footer>
    </form>
  );
}
