import { CircleAlert, Info } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './class-names';

/** A message in its place in the page. Errors are announced. */
export function Notice({ tone = 'info', children, action }: { tone?: 'info' | 'error'; children: ReactNode; action?: ReactNode }) {
  const error = tone === 'error';
  const Icon = error ? CircleAlert : Info;
  return (
    <div
      role={error ? 'alert' : undefined}
      className={cx('flex flex-wrap gap-x-3 gap-y-2 rounded-lg px-3.5 py-2.5', action ? 'items-center' : 'items-start', error ? 'bg-danger-soft' : 'bg-sunken')}
    >
      <Icon size={16} aria-hidden className={cx('shrink-0', !action && 'mt-0.5', error ? 'text-danger' : 'text-muted')} />
      <div className="min-w-0 flex-1 basis-48 break-words">{children}</div>
      {action}
    </div>
  );
}
