'use client';
import { Switch } from 'radix-ui';
import { useId } from 'react';
import { planOf, type Tier } from '@/lib/quota/plans';
import { api } from '../api-client';
import type { Project } from '../api-types';
import { useMe } from '../projects/use-me';
import { Notice } from '../ui/notice';
import { useSave } from './use-save';

export function OverageSwitch({ project, onSaved }: { project: Project; onSaved: () => Promise<unknown> }) {
  const id = useId();
  const { data: me } = useMe();
  const { save, busy, wrong } = useSave(onSaved);
  const cents = me ? planOf(me.plan as Tier).overageCents : null;
  if (me && cents === null) return <p className="text-muted">The Free plan has no overage: at its limit it waits for the next month.</p>;
  return (
    <div className="grid gap-3">
      <div className="flex items-center gap-3">
        <Switch.Root
          id={id}
          checked={project.overage_enabled}
          disabled={busy || !me}
          onCheckedChange={(overage_enabled) => void save(() => api.saveBilling(project.id, { overage_enabled }))}
          className="h-6 w-10 shrink-0 rounded-full bg-line-strong p-0.5 transition-colors data-[state=checked]:bg-ink disabled:opacity-50"
        >
          <Switch.Thumb className="block size-5 rounded-full bg-surface transition-transform data-[state=checked]:translate-x-4" />
        </Switch.Root>
        <label htmlFor={id}>
          Generate above the limit{cents !== null && <span className="text-muted">, at ${(cents / 100).toFixed(2)} each</span>}
        </label>
      </div>
      {wrong && <Notice tone="error">{wrong}</Notice>}
    </div>
  );
}
