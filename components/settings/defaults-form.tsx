'use client';
import { useState, type FormEvent } from 'react';
import { api } from '../api-client';
import type { Project } from '../api-types';
import { MotionFields } from '../assets/motion-fields';
import { Button } from '../ui/button';
import { Notice } from '../ui/notice';
import { useSave } from './use-save';

export function DefaultsForm({ project, onSaved }: { project: Project; onSaved: () => Promise<unknown> }) {
  const { save, busy, wrong } = useSave(onSaved);
  const stored = { motion: project.default_motion, mode: project.default_mode, dur_seconds: project.default_dur_seconds };
  const [choice, setChoice] = useState(stored);
  const same = choice.motion === stored.motion && choice.mode === stored.mode && choice.dur_seconds === stored.dur_seconds;

  function submit(event: FormEvent) {
    event.preventDefault();
    void save(() =>
      api.saveProxyConfig(project.id, { default_motion: choice.motion, default_mode: choice.mode, default_dur_seconds: choice.dur_seconds }),
    );
  }
  return (
    <form onSubmit={submit} aria-label="Defaults" className="grid max-w-md gap-5">
      <MotionFields value={choice} before={stored} onChange={(part) => setChoice({ ...choice, ...part })} />
      {wrong && <Notice tone="error">{wrong}</Notice>}
      <div>
        <Button type="submit" look="primary" disabled={busy || same}>
          {busy ? 'Saving…' : same ? 'Saved' : 'Save defaults'}
        </Button>
      </div>
    </form>
  );
}
