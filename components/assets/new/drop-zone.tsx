'use client';
import { ImageDown } from 'lucide-react';
import { useEffect, useRef, useState, type DragEvent, type ReactNode } from 'react';
import { readUrl } from './check-file';

interface Props {
  onSources: (sources: Array<File | string>) => void;
  children: ReactNode;
}

function sourcesOf(data: DataTransfer): Array<File | string> {
  const files = [...data.files];
  if (files.length > 0) return files;
  const url = readUrl(data.getData('text/uri-list').split('\n')[0] || data.getData('text/plain'));
  return url ? [url] : [];
}

/** Takes images and addresses dropped anywhere on it, or pasted while nothing else wants the text. */
export function DropZone({ onSources, children }: Props) {
  const depth = useRef(0);
  const [over, setOver] = useState(false);

  useEffect(() => {
    function onPaste(event: ClipboardEvent) {
      const target = event.target as HTMLElement | null;
      if (!event.clipboardData || target?.closest('input, textarea, [role="dialog"], [role="alertdialog"]')) return;
      const sources = sourcesOf(event.clipboardData);
      if (sources.length === 0) return;
      event.preventDefault();
      onSources(sources);
    }
    document.addEventListener('paste', onPaste);
    return () => document.removeEventListener('paste', onPaste);
  }, [onSources]);

  function leave() {
    depth.current = 0;
    setOver(false);
  }
  const drag = {
    onDragEnter: (event: DragEvent) => {
      event.preventDefault();
      depth.current += 1;
      setOver(true);
    },
    onDragOver: (event: DragEvent) => event.preventDefault(),
    onDragLeave: () => {
      depth.current -= 1;
      if (depth.current <= 0) leave();
    },
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      leave();
      const sources = sourcesOf(event.dataTransfer);
      if (sources.length > 0) onSources(sources);
    },
  };

  return (
    <div {...drag} data-testid="drop-zone" className="relative flex-1">
      {children}
      {over && (
        <div className="animate-fade pointer-events-none fixed inset-3 z-30 grid place-items-center rounded-2xl border-2 border-dashed border-accent bg-paper/85">
          <p className="flex items-center gap-3 text-lg font-medium">
            <ImageDown aria-hidden className="text-accent" /> Drop to make clips of them
          </p>
        </div>
      )}
    </div>
  );
}
