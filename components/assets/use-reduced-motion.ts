'use client';
import { useSyncExternalStore } from 'react';

const mediaQuery = (query: string) => ({
  subscribe(listener: () => void) {
    const list = window.matchMedia(query);
    list.addEventListener('change', listener);
    return () => list.removeEventListener('change', listener);
  },
  read: () => window.matchMedia(query).matches,
});

const reduced = mediaQuery('(prefers-reduced-motion: reduce)');
const touch = mediaQuery('(hover: none)');

export const useReducedMotion = () => useSyncExternalStore(reduced.subscribe, reduced.read, () => true);
/** A screen without hover: clips play while they are in full view instead. */
export const useTouch = () => useSyncExternalStore(touch.subscribe, touch.read, () => false);
