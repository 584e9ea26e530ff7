'use client';
import { useState } from 'react';
import { explain } from '../api-error';
import { useAnnounce } from '../ui/announcer';

/** One save at a time: whether it runs, and what went wrong in words. */
export function useSave(onSaved: () => Promise<unknown>) {
  const announce = useAnnounce();
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string>();
  async function save(call: () => Promise<unknown>): Promise<boolean> {
    setBusy(true);
    setWrong(undefined);
    try {
      await call();
      await onSaved();
      announce('Saved');
      return true;
    } catch (error) {
      setWrong(explain(error));
      return false;
    } finally {
      setBusy(false);
    }
  }
  return { save, busy, wrong };
}
