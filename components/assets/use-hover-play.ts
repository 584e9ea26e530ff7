'use client';
import { useEffect, useState, type FocusEvent, type RefObject } from 'react';
import { useReducedMotion, useTouch } from './use-reduced-motion';

/** Plays on hover and on keyboard focus; without hover, while in full view; never against prefers-reduced-motion. */
export function useHoverPlay(frame: RefObject<HTMLElement | null>) {
  const reduced = useReducedMotion();
  const touch = useTouch();
  const [hovered, setHovered] = useState(false);
  const [focused, setFocused] = useState(false);
  const [inView, setInView] = useState(false);

  useEffect(() => {
    if (!touch || !frame.current) return;
    const observer = new IntersectionObserver(([entry]) => setInView(Boolean(entry?.isIntersecting)), { threshold: 0.95 });
    observer.observe(frame.current);
    return () => observer.disconnect();
  }, [touch, frame]);

  return {
    playing: !reduced && (hovered || focused || (touch && inView)),
    handlers: {
      onMouseEnter: () => setHovered(true),
      onMouseLeave: () => setHovered(false),
      onFocus: (event: FocusEvent) => setFocused(event.target.matches(':focus-visible')),
      onBlur: () => setFocused(false),
    },
  };
}
