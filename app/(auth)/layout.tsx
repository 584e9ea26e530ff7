import Link from 'next/link';
import { redirect } from 'next/navigation';
import type { ReactNode } from 'react';
import { Logo } from '@/components/ui/logo';
import { pageSession } from '@/lib/auth/page-session';

export default async function AuthLayout({ children }: { children: ReactNode }) {
  if (await pageSession()) redirect('/dashboard');
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="px-5 py-5 sm:px-8">
        <Link href="/" aria-label="Motioness, start" className="inline-flex rounded-md">
          <Logo />
        </Link>
      </header>
      <main className="mx-auto flex w-full max-w-sm flex-1 flex-col justify-center px-5 pt-4 pb-24">{children}</main>
    </div>
  );
}
