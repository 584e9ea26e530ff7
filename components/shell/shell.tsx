'use client';
import Link from 'next/link';
import { Suspense, type ReactNode } from 'react';
import { UserMenu } from '../account/user-menu';
import { ProjectSwitcher } from '../projects/project-switcher';
import { Announcer } from '../ui/announcer';
import { Mark } from '../ui/logo';
import { Skeleton } from '../ui/skeleton';
import type { Theme } from '../ui/theme-toggle';
import { DataProvider } from './data-provider';

interface Props {
  user: { email: string; name: string; tier: string };
  theme: Theme;
  children: ReactNode;
}

/** The frame of every signed-in page. */
export function Shell({ user, theme, children }: Props) {
  return (
    <DataProvider>
      <Announcer>
        <a
          href="#content"
          className="sr-only z-50 rounded-lg bg-ink px-4 py-2 text-paper focus:not-sr-only focus:fixed focus:top-3 focus:left-3"
        >
          Skip to content
        </a>
        <div className="flex min-h-dvh flex-col">
          <header className="sticky top-0 z-20 border-b border-line bg-paper/90 backdrop-blur-md">
            <div className="mx-auto flex h-14 max-w-7xl items-center gap-3 px-4 sm:px-6">
              <Link href="/dashboard" aria-label="Motioness, assets" className="rounded-md p-1">
                <Mark />
              </Link>
              <span aria-hidden className="text-lg font-light text-line-strong">
                /
              </span>
              <Suspense fallback={<Skeleton className="h-6 w-32" />}>
                <ProjectSwitcher />
              </Suspense>
              <span className="flex-1" />
              <UserMenu user={user} theme={theme} />
            </div>
          </header>
          <main id="content" tabIndex={-1} className="mx-auto flex w-full max-w-7xl flex-1 flex-col px-4 pt-7 pb-16 outline-none sm:px-6 sm:pt-9">
            <Suspense fallback={<Skeleton className="h-64 w-full" />}>{children}</Suspense>
          </main>
        </div>
      </Announcer>
    </DataProvider>
  );
}
