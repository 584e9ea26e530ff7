'use client';
import { X } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import type { Project } from '../api-types';
import { Button } from '../ui/button';
import { Field } from '../ui/field';
import { changeOrigins } from './change-origins';
import { useSave } from './use-save';

/** Each change is saved at once. */
export function OriginsForm({ project, onSaved }: { project: Project; onSaved: () => Promise<unknown> }) {
  const { save, busy, wrong } = useSave(onSaved);
  const [text, setText] = useState('');
  const origins = project.allowed_origins;
  const store = (change: (origins: string[]) => string[]) => save(() => changeOrigins(project.id, change));

  async function add(event: FormEvent) {
    event.preventDefault();
    if (text.trim() && (await store((now) => [...now, text.trim()]))) setText('');
  }
  return (
    <div className="grid gap-4">
      {origins.length > 0 ? (
        <ul aria-label="Allowed origins" className="divide-y divide-line rounded-lg border border-line">
          {origins.map((origin) => (
            <li key={origin} className="flex items-center justify-between gap-2 py-1 pr-1 pl-3.5">
              <span className="min-w-0 font-mono text-xs break-all">{origin}</span>
              <Button
                size="icon"
                look="quiet"
                disabled={busy}
                aria-label={`Remove ${origin}`}
                onClick={() => void store((now) => now.filter((other) => other !== origin))}
              >
                <X size={15} aria-hidden />
              </Button>
            </li>
          ))}
        </ul>
      ) : (
        <p className="text-muted">{project.enable_signing ? 'None yet.' : 'None yet: only uploads can be used as sources.'}</p>
      )}
      <form noValidate onSubmit={add} aria-label="Add an origin" className="flex items-start gap-2">
        <Field
          label="Add an origin"
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder="https://cdn.acme.com"
          inputMode="url"
          autoComplete="off"
          error={wrong}
          className="flex-1"
        />
        <Button type="submit" disabled={busy || !text.trim()} className="mt-[1.6875rem]">
          Add
        </Button>
      </form>
    </div>
  );
}
