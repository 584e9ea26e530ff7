'use client';
import { AlertDialog as Radix } from 'radix-ui';
import { useState, type ReactNode } from 'react';
import { explain } from '../api-error';
import { Button } from './button';
import { Notice } from './notice';
import { useReturnFocus } from './use-return-focus';

interface Props {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  children: ReactNode;
  action: string;
  onConfirm: () => Promise<unknown>;
}

/** Asks before something that cannot be undone; stays open with the reason when it fails. */
export function Confirm({ open, onOpenChange, title, children, action, onConfirm }: Props) {
  const returnFocus = useReturnFocus();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  async function confirm() {
    setBusy(true);
    setFailure(null);
    try {
      await onConfirm();
      onOpenChange(false);
    } catch (error) {
      setFailure(explain(error));
    } finally {
      setBusy(false);
    }
  }
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="animate-fade fixed inset-0 z-40 bg-(--scrim)" />
        <Radix.Content
          {...returnFocus}
          className="animate-rise fixed top-1/2 left-1/2 z-50 grid w-[calc(100vw-2rem)] max-w-md -translate-1/2 gap-4 rounded-2xl border border-line bg-surface p-6 shadow-2xl shadow-(color:--shadow)"
        >
          <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
          <Radix.Description className="text-muted">{children}</Radix.Description>
          {failure && <Notice tone="error">{failure}</Notice>}
          <div className="flex justify-end gap-2">
            <Radix.Cancel asChild>
              <Button>Keep it</Button>
            </Radix.Cancel>
            <Button look="danger" disabled={busy} onClick={confirm}>
              {action}
            </Button>
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
