'use client';
import { useEffect, useRef } from 'react';
import { ProgressBar } from '../../ui/progress-bar';
import { useAnnounce } from '../../ui/announcer';
import { runText, type LiveRun } from './use-live-run';

/** Stage, percent and seconds left of a run. Stages are announced, percents are not. */
export function RunProgress({ run, name, quiet }: { run: LiveRun; name: string; quiet?: boolean }) {
  const announce = useAnnounce();
  const said = useRef('');
  const text = runText(run);
  useEffect(() => {
    if (quiet || said.current === run.stage) return;
    said.current = run.stage;
    announce(`${name}: ${run.stage}`);
  }, [announce, name, quiet, run.stage]);
  return (
    <div className="grid gap-1.5">
      <div className="flex items-baseline justify-between gap-3 text-[0.8125rem]">
        <span className="truncate font-medium">{run.stage}</span>
        <span className="shrink-0 text-muted tabular-nums">{text}</span>
      </div>
      <ProgressBar label={`Progress of ${name}`} part={run.part} text={`${run.stage}, ${text}`} />
    </div>
  );
}
