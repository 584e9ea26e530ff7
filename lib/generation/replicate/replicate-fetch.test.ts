import { afterEach, expect, it, vi } from 'vitest';
import { onceOnlyFetch } from './replicate-fetch';

afterEach(() => void vi.restoreAllMocks());

it('a call without an answer ends at its limit, and says so', async () => {
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => timeout(10));
  const never: typeof fetch = (_, init) => new Promise((_resolve, reject) => init!.signal!.addEventListener('abort', () => reject(init!.signal!.reason as Error)));
  const call = onceOnlyFetch(never, new AbortController().signal);
  expect((await call.fetch('https://api.replicate.test/v1/predictions')).ok).toBe(false);
  expect(call.failure()).toMatchObject({ kind: 'lost', message: 'no answer from Replicate within 15 s' });
});
