'use client';
import { useRef, useState } from 'react';
import { mutate } from 'swr';
import { api, paths } from '../../api-client';
import { RequestFailed } from '../../api-error';
import type { Accepted, Me, RegenerateBody } from '../../api-types';
import { refreshAsset } from '../asset-store';

/**
 * Sends the request once, however often it is tried: one key a request, kept while it is unknown whether the server
 * had it (no answer, or a 5xx), new after any other answer and for another body.
 */
export function useSubmit(assetId: string) {
  const attempt = useRef<{ key: string; body: string } | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [accepted, setAccepted] = useState<Accepted | null>(null);

  async function submit(body: RegenerateBody) {
    if (busy) return;
    const text = JSON.stringify(body);
    if (attempt.current?.body !== text) attempt.current = { key: newKey(), body: text };
    setBusy(true);
    setError(null);
    try {
      const answer = await api.regenerate(assetId, body, attempt.current.key);
      attempt.current = null;
      await refreshAsset(assetId);
      setAccepted(answer);
      void mutate<Me>(paths.me, (me) => me && { ...me, quota: answer.quota }, { revalidate: false });
    } catch (failure) {
      const answered = failure instanceof RequestFailed && failure.status > 0 && failure.status < 500;
      if (answered) attempt.current = null;
      setError(failure);
      void mutate(paths.me);
    } finally {
      setBusy(false);
    }
  }

  function again() {
    setAccepted(null);
    setError(null);
  }

  return { submit, busy, error, accepted, again };
}

/** crypto.randomUUID exists on https and localhost only. */
function newKey() {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(16).padStart(8, '0')).join('');
}
