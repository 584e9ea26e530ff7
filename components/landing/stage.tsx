'use client';
import { Pause, Play } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useReducedMotion } from '../assets/use-reduced-motion';
import { Scene } from './scene';

export interface DemoClip {
  mp4_url: string;
  poster_url: string;
  embed_url: string;
}

/** The framed picture of the landing page with its own pause control. */
export function Stage({ demo }: { demo: DemoClip | null }) {
  const reduced = useReducedMotion();
  const [choice, setChoice] = useState<boolean | null>(null);
  const paused = choice ?? reduced;
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (paused) video.current?.pause();
    else void video.current?.play().catch(() => setChoice(true));
  }, [paused]);
  const shown = demo?.embed_url.replace(/^https?:\/\//, '') ?? 'motioness.com/v1/pk_9c2e…/cdn.acme.com/ridge.jpg.mp4';
  const cut = shown.endsWith('.mp4') ? shown.length - 4 : shown.length;
  return (
    <figure className="overflow-hidden rounded-2xl border border-line bg-surface shadow-xl shadow-(color:--shadow)">
      <div className="relative aspect-video overflow-hidden bg-sunken">
        {demo ? (
          <video
            ref={video}
            src={demo.mp4_url}
            poster={demo.poster_url}
            muted
            loop
            playsInline
            aria-label="A clip made from one still image"
            className="size-full object-cover"
          />
        ) : (
          <Scene paused={paused} />
        )}
        <button
          type="button"
          onClick={() => setChoice(!paused)}
          aria-label={paused ? 'Play the motion' : 'Pause the motion'}
          className={`absolute right-3 bottom-3 grid size-9 place-items-center rounded-full bg-black/55 text-white backdrop-blur-sm hover:bg-black/75 focus-visible:outline-white ${demo ? '' : 'motion-reduce:hidden'}`}
        >
          {paused ? <Play size={16} aria-hidden /> : <Pause size={16} aria-hidden />}
        </button>
      </div>
      <figcaption className="flex items-center gap-3 border-t border-line px-4 py-3 font-mono text-xs text-muted">
        <span className="truncate">
          {shown.slice(0, cut)}
          <span className="font-semibold text-accent">{shown.slice(cut)}</span>
        </span>
      </figcaption>
    </figure>
  );
}
