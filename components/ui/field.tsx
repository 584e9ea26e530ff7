import { useId, type ComponentProps, type ReactNode } from 'react';
import { cx } from './class-names';

export const inputClass =
  'w-full rounded-lg border border-line-strong bg-surface px-3 py-2 text-base sm:text-sm placeholder:text-muted/80 aria-invalid:border-danger disabled:opacity-50';

export function FieldError({ id, children }: { id?: string; children: ReactNode }) {
  return children ? (
    <p id={id} role="alert" className="text-[0.8125rem] text-danger">
      {children}
    </p>
  ) : null;
}

interface Props extends ComponentProps<'input'> {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
}

/** A labelled input with its hint and its error. */
export function Field({ label, hint, error, className, ...input }: Props) {
  const id = useId();
  return (
    <div className={cx('grid gap-1.5', className)}>
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <input
        id={id}
        className={inputClass}
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? `${id}-error` : hint ? `${id}-hint` : undefined}
        {...input}
      />
      {hint && !error && (
        <p id={`${id}-hint`} className="text-[0.8125rem] text-muted">
          {hint}
        </p>
      )}
      <FieldError id={`${id}-error`}>{error}</FieldError>
    </div>
  );
}
