/** Three frames of one move: the last is solid, the earlier two are its trail. */
export function Mark({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden>
      <rect x="1" y="5" width="9" height="14" rx="2.5" fill="var(--accent)" opacity="0.28" />
      <rect x="6" y="5" width="9" height="14" rx="2.5" fill="var(--accent)" opacity="0.5" />
      <rect x="12" y="4" width="11" height="16" rx="3" fill="var(--accent)" />
    </svg>
  );
}

export function Logo() {
  return (
    <span className="inline-flex items-center gap-2 text-[0.9375rem] font-semibold tracking-tight">
      <Mark />
      Motioness
    </span>
  );
}
