'use client';
import { Slider } from 'radix-ui';

/** Whole seconds, 2 to 8. */
export function DurationSlider({ value, onChange }: { value: number; onChange: (seconds: number) => void }) {
  return (
    <div>
      <Slider.Root
        min={2}
        max={8}
        step={1}
        value={[value]}
        onValueChange={([next]) => next !== undefined && onChange(next)}
        className="relative flex h-6 w-full touch-none items-center select-none"
      >
        <Slider.Track className="relative h-1 grow rounded-full bg-line">
          <Slider.Range className="absolute h-full rounded-full bg-ink" />
        </Slider.Track>
        <Slider.Thumb
          aria-label="Duration"
          aria-valuetext={`${value} seconds`}
          className="relative block size-5 rounded-full before:absolute before:-inset-2 border-2 border-ink bg-surface shadow-sm"
        />
      </Slider.Root>
      <div aria-hidden className="flex justify-between px-[0.36rem] text-xs text-muted tabular-nums">
        {[2, 3, 4, 5, 6, 7, 8].map((seconds) => (
          <span key={seconds} className={seconds === value ? 'font-medium text-ink' : undefined}>
            {seconds}
          </span>
        ))}
      </div>
    </div>
  );
}
