'use client';
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useAnnounce } from './announcer';
import { Button } from './button';

/** Copies a text; says so for a moment. `what` names it: "Copy {what}". */
export function CopyButton({ text, what, label }: { text: string; what: string; label?: string }) {
  const announce = useAnnounce();
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  useEffect(() => {
    if (state === 'idle') return;
    const timer = setTimeout(() => setState('idle'), 1800);
    return () => clearTimeout(timer);
  }, [state]);
  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      setState('copied');
      announce(`Copied ${what}`);
    } catch {
      setState('failed');
      announce(`Could not copy ${what}; select the text instead`);
    }
  }
  const word = state === 'copied' ? 'Copied' : state === 'failed' ? 'Select and copy' : (label ?? 'Copy');
  return (
    <Button size="small" look="quiet" onClick={copy} aria-label={`Copy ${what}`}>
      {state === 'copied' ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
      {word}
    </Button>
  );
}
