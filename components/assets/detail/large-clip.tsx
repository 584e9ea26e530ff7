'use client';
import { Pause, Play } from 'lucide-react';
import { useState } from 'react';
import type { Asset } from '../../api-types';
import { ClipFrame } from '../clip-frame';
import { useReducedMotion } from '../use-reduced-motion';

/** The clip as large as the page has room for, with its pause control. */
export function LargeClip({ asset }: { asset: Asset }) {
  const reduced = useReducedMotion();
  const [choice, setChoice] = useState<boolean | null>(null);
  const playing = choice ?? !reduced;
  const ratio = asset.width && asset.height ? asset.width / asset.height : 16 / 9;
  return (
    <div className="grid place-items-center overflow-hidden rounded-xl border border-line bg-sunken">
      <div className="relative w-full" style={{ aspectRatio: ratio, maxWidth: `calc(70dvh * ${ratio})` }}>
        <ClipFrame asset={asset} playing={playing} fit="contain" className="size-full">
          {asset.mp4_url && (
            <button
              type="button"
              aria-label={playing ? 'Pause clip' : 'Play clip'}
              onClick={() => setChoice(!playing)}
              className="absolute right-3 bottom-3 grid size-10 place-items-center rounded-full bg-black/60 text-white hover:bg-black/80 focus-visible:outline-white"
            >
              {playing ? <Pause size={16} aria-hidden /> : <Play size={16} aria-hidden />}
            </button>
          )}
        </ClipFrame>
      </div>
    </div>
  );
}
