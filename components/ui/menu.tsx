'use client';
import { DropdownMenu } from 'radix-ui';
import type { ComponentProps } from 'react';
import { cx } from './class-names';

export const Menu = DropdownMenu.Root;
export const MenuTrigger = DropdownMenu.Trigger;
export const MenuLabel = (props: ComponentProps<typeof DropdownMenu.Label>) => (
  <DropdownMenu.Label className="px-2.5 pt-2 pb-1 text-xs text-muted" {...props} />
);
export const MenuSeparator = () => <DropdownMenu.Separator className="my-1 h-px bg-line" />;
export const MenuRadioGroup = DropdownMenu.RadioGroup;

const itemClass =
  'flex min-h-9 cursor-pointer items-center gap-2.5 rounded-md px-2.5 py-1.5 outline-none select-none data-highlighted:bg-sunken';

export function MenuItem({ className, ...rest }: ComponentProps<typeof DropdownMenu.Item>) {
  return <DropdownMenu.Item className={cx(itemClass, className)} {...rest} />;
}

export function MenuRadioItem({ className, ...rest }: ComponentProps<typeof DropdownMenu.RadioItem>) {
  return <DropdownMenu.RadioItem className={cx(itemClass, className)} {...rest} />;
}
export const MenuCheck = DropdownMenu.ItemIndicator;

export function MenuPanel({ className, ...rest }: ComponentProps<typeof DropdownMenu.Content>) {
  return (
    <DropdownMenu.Portal>
      <DropdownMenu.Content
        sideOffset={6}
        collisionPadding={12}
        className={cx(
          'animate-fade z-50 max-w-[calc(100vw-1.5rem)] min-w-56 rounded-xl border border-line bg-surface p-1 shadow-xl shadow-(color:--shadow)',
          className,
        )}
        {...rest}
      />
    </DropdownMenu.Portal>
  );
}
