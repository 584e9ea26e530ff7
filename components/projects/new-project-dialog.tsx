'use client';
import { useState, type FormEvent } from 'react';
import { api } from '../api-client';
import { explain } from '../api-error';
import type { Project } from '../api-types';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Field } from '../ui/field';

interface Props {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onMade: (project: Project) => Promise<void>;
}

export function NewProjectDialog({ open, onOpenChange, onMade }: Props) {
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string>();
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('name')).trim();
    if (!name) return setWrong('Give it a name.');
    setBusy(true);
    setWrong(undefined);
    try {
      const { project } = await api.createProject(name);
      await onMade(project);
      onOpenChange(false);
    } catch (error) {
      setWrong(explain(error));
    } finally {
      setBusy(false);
    }
  }
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="New project" description="With a key, settings and assets of its own.">
      <form noValidate onSubmit={submit} aria-label="New project" className="grid gap-5 px-5 pt-1 pb-6 sm:px-6">
        <Field label="Name" name="name" maxLength={80} autoComplete="off" error={wrong} />
        <div className="flex justify-end">
          <Button type="submit" look="primary" disabled={busy}>
            {busy ? 'Creating…' : 'Create project'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
