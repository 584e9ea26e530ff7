'use client';
import { useEffect, useRef } from 'react';
import { explain } from '../api-error';
import { Button } from '../ui/button';
import { Notice } from '../ui/notice';

interface Props {
  more: boolean;
  loading: boolean;
  error: unknown;
  onMore: () => void;
  onRetry: () => void;
}

/** Asks for the next page as its place nears the view; a button for those who don't scroll. */
export function LoadMore({ more, loading, error, onMore, onRetry }: Props) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!more || loading || error || !place.current) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && onMore(), { rootMargin: '600px' });
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [more, loading, error, onMore]);
  return (
    <div ref={place} className="mt-6 grid justify-items-center">
      {error ? (
        <Notice tone="error" action={<Button size="small" onClick={onRetry}>Try again</Button>}>
          {explain(error)}
        </Notice>
      ) : more ? (
        <Button onClick={onMore} disabled={loading}>
          {loading ? 'Loading more…' : 'Load more'}
        </Button>
      ) : null}
    </div>
  );
}
