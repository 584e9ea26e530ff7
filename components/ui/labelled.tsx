import type { ReactNode } from 'react';

/** A control that names itself (aria-label), under its name for the eye. */
export function Labelled({ name, note, children }: { name: string; note?: string | undefined; children: ReactNode }) {
  return (
    <div className="grid gap-1.5">
      <div className="flex items-baseline justify-between gap-3">
        <span aria-hidden className="font-medium">
          {name}
        </span>
        {note && <span className="text-[0.8125rem] text-muted">{note}</span>}
      </div>
      {children}
    </div>
  );
}
