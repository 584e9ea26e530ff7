'use client';
import { ImageOff } from 'lucide-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { Asset } from '../api-types';
import { cx } from '../ui/class-names';
import { useServed } from './use-served';

interface Props {
  asset: Asset;
  /** Whether the clip should be moving now; the poster shows otherwise. */
  playing: boolean;
  className?: string;
  fit?: 'cover' | 'contain';
  children?: ReactNode;
}

/** Poster first, over its blur; the clip fades in over it while it plays. */
export function ClipFrame({ asset, playing, className, fit = 'cover', children }: Props) {
  const poster = useServed(asset.poster_url, asset.generation);
  const [broken, setBroken] = useState<string | null>(null);
  const image = poster && broken !== poster ? poster : null;
  const object = fit === 'cover' ? 'object-cover' : 'object-contain';
  return (
    <div
      className={cx('relative overflow-hidden bg-sunken bg-cover bg-center', className)}
      style={asset.blur_data_url ? { backgroundImage: `url("${asset.blur_data_url}")` } : undefined}
    >
      {image ? (
        // Served by this very server with its own validators: next/image has nothing to add.
        // eslint-disable-next-line @next/next/no-img-element
        <img
          src={image}
          alt={`Poster of ${asset.name}`}
          loading="lazy"
          decoding="async"
          onError={() => setBroken(image)}
          className={cx('absolute inset-0 size-full', object)}
        />
      ) : (
        !asset.in_flight && (
          <div className="absolute inset-0 grid place-items-center text-muted">
            <ImageOff size={24} strokeWidth={1.5} aria-hidden />
          </div>
        )
      )}
      {asset.mp4_url && <Clip asset={asset} playing={playing} object={object} />}
      {children}
    </div>
  );
}

/** Loaded when first wanted; a new element for each new clip. */
function Clip({ asset, playing, object }: { asset: Asset; playing: boolean; object: string }) {
  const video = useRef<HTMLVideoElement>(null);
  const [wanted, setWanted] = useState(playing);
  if (playing && !wanted) setWanted(true);
  const src = useServed(asset.mp4_url, asset.generation, wanted);
  const [moving, setMoving] = useState<string | null>(null);

  useEffect(() => {
    const element = video.current;
    if (!element) return;
    if (playing) void element.play().catch(() => {});
    else {
      element.pause();
      element.currentTime = 0;
    }
  }, [playing, src, wanted]);

  return wanted && src ? (
    <video
      key={src}
      ref={video}
      src={src}
      muted
      playsInline
      loop={asset.mode === 'loop'}
      preload="auto"
      tabIndex={-1}
      aria-hidden
      onPlaying={() => setMoving(src)}
      className={cx('absolute inset-0 size-full transition-opacity duration-150', object, playing && moving === src ? 'opacity-100' : 'opacity-0')}
    />
  ) : null;
}
