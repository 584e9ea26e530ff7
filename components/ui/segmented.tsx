'use client';
import { RadioGroup } from 'radix-ui';
import { cx } from './class-names';

interface Props<T extends string> {
  label: string;
  value: T;
  options: ReadonlyArray<{ value: T; name: string }>;
  onChange: (value: T) => void;
  className?: string;
}

/** One choice of a few, side by side; a radio group to the keyboard and to screen readers. */
export function Segmented<T extends string>({ label, value, options, onChange, className }: Props<T>) {
  return (
    <RadioGroup.Root
      aria-label={label}
      value={value}
      onValueChange={(next) => onChange(next as T)}
      orientation="horizontal"
      className={cx('flex rounded-lg border border-line bg-sunken p-0.5', className)}
    >
      {options.map((option) => (
        <RadioGroup.Item
          key={option.value}
          value={option.value}
          className="min-h-8 flex-1 rounded-[0.4rem] px-2.5 text-[0.8125rem] font-medium whitespace-nowrap text-muted transition-colors hover:text-ink focus-visible:outline-offset-0 data-[state=checked]:bg-lifted data-[state=checked]:text-ink data-[state=checked]:shadow-sm data-[state=checked]:shadow-(color:--shadow)"
        >
          {option.name}
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
