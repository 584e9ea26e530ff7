import { describe, expect, it } from 'vitest';
import { shouldPlay, type Situation, wantsClip } from './play-policy';

const seen: Situation = { mode: 'loop', onScreen: true, entered: true, engaged: false, ended: false, reduced: false, choice: null };
const plays = (change: Partial<Situation>) => shouldPlay({ ...seen, ...change });

describe('a clip in sight moves', () => {
  it('always, as a loop, and in a mode that this script does not know', () => {
    expect(plays({})).toBe(true);
    expect(plays({ mode: 'something-new' })).toBe(true);
  });

  it('once, when it has come in far enough, as animate-in', () => {
    expect(plays({ mode: 'animate-in' })).toBe(true);
    expect(plays({ mode: 'animate-in', entered: false })).toBe(false);
    expect(plays({ mode: 'animate-in', ended: true })).toBe(false);
  });

  it('while somebody turns to it, as animate-on-hover', () => {
    expect(plays({ mode: 'animate-on-hover' })).toBe(false);
    expect(plays({ mode: 'animate-on-hover', engaged: true })).toBe(true);
    expect(plays({ mode: 'animate-on-hover', engaged: true, ended: true })).toBe(false);
  });
});

describe.each(['loop', 'animate-in', 'animate-on-hover'])('%s', (mode) => {
  const situation = { mode, engaged: true };

  it('stands still out of sight, whatever was chosen', () => {
    for (const choice of [null, 'play', 'pause'] as const) expect(plays({ ...situation, choice, onScreen: false })).toBe(false);
  });

  it('obeys the control before all else', () => {
    expect(plays({ ...situation, choice: 'pause' })).toBe(false);
    expect(plays({ ...situation, choice: 'play', reduced: true, ended: true, engaged: false })).toBe(true);
  });

  it('moves not by itself for who wants less motion, and is not even loaded', () => {
    expect(plays({ ...situation, reduced: true })).toBe(false);
    expect(wantsClip({ reduced: true, choice: null })).toBe(false);
    expect(wantsClip({ reduced: true, choice: 'play' })).toBe(true);
    expect(wantsClip({ reduced: false, choice: null })).toBe(true);
  });
});
