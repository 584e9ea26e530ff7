import { Slot } from 'radix-ui';
import type { ComponentProps } from 'react';
import { cx } from './class-names';

const looks = {
  primary: 'bg-ink text-paper hover:opacity-85 disabled:hover:opacity-45',
  plain: 'border border-line bg-surface hover:border-line-strong',
  quiet: 'text-muted hover:bg-sunken hover:text-ink',
  danger: 'bg-danger text-paper hover:opacity-85',
};
const sizes = { normal: 'h-9 px-3.5', small: 'h-8 px-2.5 text-[0.8125rem]', large: 'h-11 px-5 text-[0.9375rem]', icon: 'size-9' };

interface Props extends ComponentProps<'button'> {
  look?: keyof typeof looks;
  size?: keyof typeof sizes;
  /** Give the look to the only child (a link) in place of a button. */
  asChild?: boolean;
}

export function Button({ look = 'plain', size = 'normal', asChild, className, ...rest }: Props) {
  const Tag = asChild ? Slot.Root : 'button';
  return (
    <Tag
      {...(!asChild && { type: 'button' as const })}
      className={cx(
        'inline-flex shrink-0 items-center justify-center gap-2 rounded-lg font-medium whitespace-nowrap transition-[opacity,background-color,border-color,color] duration-150 select-none disabled:cursor-not-allowed disabled:opacity-45',
        looks[look],
        sizes[size],
        className,
      )}
      {...rest}
    />
  );
}
