/** All that decides whether a clip moves now. */
export interface Situation {
  /** `loop`, `animate-in` or `animate-on-hover`; another is taken for `loop`. */
  mode: string;
  /** In the viewport of a visible tab. */
  onScreen: boolean;
  /** Has once been far enough in the viewport to be seen. */
  entered: boolean;
  /** Hovered, focused, or tapped. */
  engaged: boolean;
  /** It has run to its end; once is enough but for loops. */
  ended: boolean;
  /** `prefers-reduced-motion`. */
  reduced: boolean;
  /** What the viewer said by the control; it goes before all but being out of sight. */
  choice: 'play' | 'pause' | null;
}

/** Whether the clip is to move. */
export function shouldPlay({ mode, onScreen, entered, engaged, ended, reduced, choice }: Situation): boolean {
  if (!onScreen || choice === 'pause') return false;
  if (choice === 'play') return true;
  if (reduced) return false;
  if (mode === 'animate-on-hover') return engaged && !ended;
  if (mode === 'animate-in') return entered && !ended;
  return true;
}

/** Whether there is to be a clip at all, or only the poster: who wants less motion loads none unasked. */
export const wantsClip = ({ reduced, choice }: Pick<Situation, 'reduced' | 'choice'>): boolean => !reduced || choice !== null;
