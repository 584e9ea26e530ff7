/** The bar of a run: a known part, or breathing while it is not known. */
export function ProgressBar({ label, part, text }: { label: string; part: number | null; text: string }) {
  const percent = part === null ? undefined : Math.round(part * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={text}
      className="h-1 overflow-hidden rounded-full bg-ink/12"
    >
      <div
        className={`h-full origin-left rounded-full bg-accent transition-transform duration-500 ease-linear ${percent === undefined ? 'animate-breathe' : ''}`}
        style={{ transform: `scaleX(${part ?? 0.12})` }}
      />
    </div>
  );
}
