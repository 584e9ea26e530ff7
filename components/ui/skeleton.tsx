import { cx } from './class-names';

/** A quiet stand-in for what is being loaded. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cx('animate-breathe rounded-lg bg-sunken', className)} />;
}
