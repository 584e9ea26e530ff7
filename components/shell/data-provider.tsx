'use client';
import type { ReactNode } from 'react';
import { SWRConfig } from 'swr';
import { api } from '../api-client';
import { RequestFailed } from '../api-error';

const isPassing = (error: unknown) => error instanceof RequestFailed && (error.status === 0 || error.status >= 500);

/** How the pages read: what may pass is tried again; a session that ended leads to the sign-in. */
export function DataProvider({ children }: { children: ReactNode }) {
  return (
    <SWRConfig
      value={{
        fetcher: api.get,
        shouldRetryOnError: isPassing,
        errorRetryInterval: 4000,
        onError(error: unknown) {
          if (error instanceof RequestFailed && error.status === 401) window.location.assign('/signin');
        },
      }}
    >
      {children}
    </SWRConfig>
  );
}
